#!/usr/bin/env python
"""Administrative commands of the product."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- after the settings are named

    import config.celery  # noqa: F401, PLC0415 -- so that work is started through our broker

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
