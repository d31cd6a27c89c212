"""Long work that a partner system began: how far it is."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from core.api.endpoints import DetailEndpoint, ListEndpoint
from core.api.fields import Moment, Out
from core.errors import NotFound
from core.jobs import queries
from core.jobs.lifecycle import State
from core.jobs.models import Job


class JobOut(Out):
    """A job that the client started."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=[(one.value, one.value) for one in State])
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    created_at = Moment()
    finished_at = Moment(allow_null=True)
    reason = serializers.CharField(help_text="Why it failed; empty where it did not.")


class Jobs(ListEndpoint):
    """What the client started, the oldest first."""

    answers, group, summary = JobOut, "Jobs", "Jobs"
    is_narrow = True

    def rows(self, **asked: Any) -> QuerySet[Job]:
        return queries.started_by(self.caller.person)


class One(DetailEndpoint):
    """One of them: ask again until its state is done, failed, dead or discarded."""

    answers, group, summary = JobOut, "Jobs", "A job"

    def thing(self, *, public_id: str, **asked: Any) -> Job:
        found = queries.started_by(self.caller.person).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found
