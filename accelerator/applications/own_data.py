"""What a person began and wrote of applications, for her to take away."""

from django.db.models import Q

from accelerator.applications.models import Answer, Application, OtherText, Submission
from core.people import own_data


def register() -> None:
    own_data.register("applications", applications)
    own_data.register("answers", answers)
    own_data.register("answers that were replaced", replaced)
    own_data.register("submissions", submissions)


def applications(person: int) -> own_data.Held:
    """Those that she began or wrote in, by their ids; what others wrote there is theirs."""
    own = (
        Q(begun_by=person)
        | Q(saved_by=person)
        | Q(pk__in=Answer.objects.filter(written_by=person).values("application"))
    )
    fields = ("public_id", "organisation__name", "call__title_en", "state", "begun_at", "saved_at")
    return list(Application.objects.filter(own).order_by("pk").values(*fields))


def answers(person: int) -> own_data.Held:
    fields = ("application__public_id", "question__text_en", "text", "written_at")
    return list(Answer.objects.filter(written_by=person).order_by("pk").values(*fields))


def replaced(person: int) -> own_data.Held:
    fields = ("answer__application__public_id", "text", "written_at")
    return list(OtherText.objects.filter(written_by=person).order_by("pk").values(*fields))


def submissions(person: int) -> own_data.Held:
    fields = ("number", "application__public_id", "received_at")
    return list(Submission.objects.filter(submitted_by=person).order_by("pk").values(*fields))
