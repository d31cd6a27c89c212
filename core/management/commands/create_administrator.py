"""``manage.py create_administrator``: invite the first administrator of an empty installation."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from core import clock
from core.errors import DomainError
from core.people import services
from core.people.roles import ADMINISTRATOR, Scope


class Command(BaseCommand):
    help = "Invite an administrator and print the link. The password is chosen there, never on a command line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            _invitation, token = services.invite(
                email=options["email"],
                name=options["name"],
                language=options["language"],
                role=ADMINISTRATOR.slug,
                scope_kind=Scope.EVERYWHERE,
                scope_ref="",
                starts_on=clock.today(),
                ends_before=None,
                by=services.ensure_system(at=clock.now()),
                at=clock.now(),
            )
        except ValidationError as unfit:
            raise CommandError(" ".join(unfit.messages)) from None
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("The invitation is in the outbox, and holds for seven days:")
        self.stdout.write(f"{settings.SITE_URL}{reverse('core:invitation', args=[token])}")
