"""The web server's entry of the peers of row 10. Of the product's frame they have nothing but what Django always has."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402 -- the apps must be loaded first
from django.test import override_settings  # noqa: E402 -- as above

PEER = {
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "bench.peers_of_lists.at_their_addresses",
    ]
}

with override_settings(**PEER):
    application = WSGIHandler()
