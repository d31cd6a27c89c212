"""The web server's entry. Production refuses to start while illustrative accounts exist."""

import gc
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

LONGEST_QUESTION = "20s"
"""How long a page may wait for one answer of the database: less than the web server waits for the page."""

application = get_wsgi_application()


def end_long_questions(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """End in the database what nobody waits for any more; commands and background work take the time they need."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [LONGEST_QUESTION])


connection_created.connect(end_long_questions)

import config.celery  # noqa: E402, F401 -- so that work is started through our broker
from core.people import queries as people  # noqa: E402 -- the apps must be loaded first

people.refuse_illustrative_accounts()
connections.close_all()
gc.collect()
gc.freeze()  # what was loaded stays: the collector need not look through it while somebody waits for a page
