"""Many applications at once: each stands alone and has its result, in order; more than twenty are a job's work."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accelerator.applications import services, sharing
from accelerator.applications.api.applications import arrived_at
from accelerator.applications.api.shapes import EXAMPLE, ApplicationIn
from accelerator.applications.models import Batch
from core import clock
from core.api.endpoints import DetailEndpoint, Endpoint, Posting, faults_of_form
from core.api.fields import Flag, In, Out
from core.api.problems import fault
from core.api.schema import Fault
from core.jobs.lifecycle import State as JobState

OUTCOMES = ["begun", "submitted", "stands", "refused"]


@extend_schema_field(ApplicationIn(many=True))
class Items(serializers.ListField):
    """Applications, each of which is checked by itself: one that does not fit refuses nothing but itself."""

    child = serializers.DictField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=services.MOST, **kwargs)


class BulkIn(In):
    """Up to a hundred applications."""

    dry_run = Flag(required=False, default=False, help_text="True to learn what would become of each; nothing is kept.")
    items = Items()


class ResultOut(Out):
    """What became of one of them; of a dry run what would."""

    index = serializers.IntegerField(help_text="Its place in what was sent, from 0.")
    external_id = serializers.CharField()
    outcome = serializers.ChoiceField(
        choices=[(one, one) for one in OUTCOMES], help_text="It stands where the same was sent before."
    )
    application = serializers.CharField(allow_null=True)
    number = serializers.CharField(allow_null=True, help_text="Of the receipt.")
    errors = Fault(many=True)  # type: ignore[assignment]  # the name that problems use


class BulkOut(Out):
    """The results, in the order of what was sent."""

    id = serializers.CharField(
        allow_null=True, help_text="Null where all was done at once, and nothing is to be asked."
    )
    job = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=[(one.value, one.value) for one in JobState])
    dry_run = serializers.BooleanField()
    total = serializers.IntegerField()
    results = ResultOut(many=True, help_text="As far as they are known.")


class Bulk(Posting, Endpoint):
    """
    Bring up to a hundred applications in. Each stands alone: its result says what became of it, with pointers to what is
    wrong. Up to twenty are done at once (200); more are done by a job (202), whose results stand at the address in Location.
    """

    answers, takes, group, summary = BulkOut, BulkIn, "Applications", "Bring many applications in"
    made = 200
    also_answers: ClassVar = {202: BulkOut}
    examples: ClassVar = {"POST": {"dry_run": True, "items": [EXAMPLE]}}

    def done(self, sent: dict[str, Any], **asked: Any) -> dict[str, Any]:
        items, told = _checked(sent["items"]), {"is_dry_run": sent["dry_run"], "by": self.caller.person}
        told["at"] = arrived_at(self.request)
        if len(items) > services.MOST_AT_ONCE:
            language = get_language() or "en"
            return shown(services.start_batch(items, language=language, on=clock.today(), **told))
        results = services.try_all(items, **told)
        return {"id": None, "job": None, "state": JobState.DONE, "dry_run": sent["dry_run"], "total": len(items)} | {
            "results": results
        }

    def answer(self, thing: dict[str, Any]) -> Response:
        if thing["id"] is None:
            return Response(self.shown(thing), status=200)
        address = reverse("accelerator_api:batch", args=[thing["id"]])
        return Response(self.shown(thing), status=202, headers={"Location": address})


class OneBatch(DetailEndpoint):
    """What became of many applications that the client sent at once: ask again until its state is done."""

    answers, group, summary = BulkOut, "Applications", "Results of many applications"

    def thing(self, *, public_id: str, **asked: Any) -> dict[str, Any]:
        return shown(sharing.get_batch(self.caller, public_id))


def shown(batch: Batch) -> dict[str, Any]:
    job = batch.job
    return {
        "id": batch.public_id,
        "job": job.public_id if job else None,
        "state": job.state if job else JobState.QUEUED,
        "dry_run": batch.is_dry_run,
        "total": batch.total,
        "results": batch.results,
    }


def _checked(items: list[Mapping[str, Any]]) -> list[services.Item | list[dict[str, str]]]:
    """Each item, or what is wrong with its shape; a name that stands twice counts the first time."""
    found: list[services.Item | list[dict[str, str]]] = []
    known: set[str] = set()
    for one in items:
        form = ApplicationIn(data=one)
        if not form.is_valid():
            found.append(list(faults_of_form(form.errors)))
            continue
        item = form.item()
        if item.external_id in known:
            found.append([fault("/external_id", "twice", services.TWICE)])
        else:
            found.append(item)
        known.add(item.external_id)
    return found
