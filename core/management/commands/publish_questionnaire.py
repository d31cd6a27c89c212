"""``manage.py publish_questionnaire FILE --by ADDRESS ...``: fix the next version of the ethics questionnaire."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import DomainError
from core.ethics import sheets
from core.management import publishing
from core.questionnaires import services as questionnaires


class Command(BaseCommand):
    help = (
        "Publish a version of the questionnaire of ethics reviews from a table. A version that stands is never changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        publishing.add_arguments(parser)
        parser.add_argument("--code", default="responsible-use")
        parser.add_argument("--number", type=int, required=True, help="of the version, from 1 on")
        for language in ("en", "fr"):
            parser.add_argument(f"--title-{language}", required=True)
            parser.add_argument(f"--origin-{language}", required=True, help="whose text it is, in a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        path, by = options["file"], publishing.person(options["by"])
        said = {
            f"{name}_{language}": options[f"{name}_{language}"]
            for name in ("title", "origin")
            for language in ("en", "fr")
        }
        try:
            asked = sheets.questions(publishing.content_of(path), name=path.name, today=clock.today())
            form = questionnaires.publish(
                options["code"], version=options["number"], **said, asked=asked, by=by, at=clock.now()
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Version {form.version} of {form.code} is published: {len(asked)} questions.")
