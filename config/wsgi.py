"""The web server's entry. Production refuses to start while illustrative accounts exist."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application
from django.db import connections

application = get_wsgi_application()

import config.celery  # noqa: E402, F401 -- so that work is started through our broker
from core.people import queries as people  # noqa: E402 -- the apps must be loaded first

people.refuse_illustrative_accounts()
connections.close_all()
