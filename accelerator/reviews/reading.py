"""Who of the programme reads the files of what was sent, told to the applications."""

from accelerator.applications import reading
from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application
from accelerator.reviews import queries
from core import clock
from core.people.models import User


def register() -> None:
    """Tell the applications who else reads what was attached and sent."""
    reading.add_readers(may_read)


def may_read(person: User, application: Application) -> bool:
    """Whoever has the application at her desk, once its call closed, and its reviewers who said that they have no conflict."""
    if application.state != Sent.SUBMITTED:
        return False
    return (
        queries.at_desk(person, at=clock.now()).filter(pk=application.pk).exists()
        or queries.open_to(person).filter(application=application).exists()
    )
