"""The feed of events and a partner's own endpoints, as its system reads and keeps them."""

from datetime import timedelta
from typing import Any, ClassVar

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock, locks
from core.api.endpoints import DetailEndpoint, Endpoint, ListEndpoint, ListParameters, Patching, Posting
from core.api.fields import In, Moment, Out, Parameters, PublicId, Text, Whole
from core.api.problems import Problem, fault
from core.clients import queries as clients
from core.organisations import queries as organisations
from core.people.roles import Scope
from core.webhooks import kinds, queries, services
from core.webhooks.lifecycle import Standing, State
from core.webhooks.models import Delivery
from core.webhooks.models import Endpoint as Row

SALT = "core.webhooks.feed"
SCOPES = [(one.value, one.value) for one in (Scope.FUND, Scope.PROGRAMME, Scope.ORGANISATION)]


class EventOut(Out):
    """What happened, by ids alone: ask the interface for the thing, which says what this client may know of it."""

    id = serializers.CharField(source="public_id", help_text="The same in the feed and in webhook-id.")
    type = serializers.CharField(source="kind")
    subject = serializers.CharField(help_text="Id of what it happened to.")
    scope = serializers.CharField(source="scope_ref", help_text="Id of the fund, programme or organisation.")
    occurred_at = Moment()
    request_id = serializers.CharField(help_text="One request may make several events.")


class EventPage(Out):
    """The feed from a cursor on. The same cursor gives the same events for ever; ``next`` always says where to go on."""

    data = EventOut(many=True)  # type: ignore[assignment]  # the name that every page of a list has
    next = serializers.CharField()
    has_more = serializers.BooleanField(help_text="False at the end: ask again later with next.")


class FeedParameters(Parameters):
    cursor = serializers.CharField(
        max_length=200, required=False, help_text="Of the page before; from the beginning if not said."
    )
    limit = serializers.IntegerField(min_value=1, max_value=100, required=False)
    type = serializers.CharField(max_length=60, required=False)


class Events(Endpoint):
    """Everything that happened within the client's reach, in one order that skips nothing and repeats nothing."""

    answers, group, summary = EventPage, "Events", "The feed of events"
    parameters: ClassVar[type[Parameters]] = FeedParameters

    def get(self, request: Request) -> Response:
        asked = self.asked()
        told = asked.get("type", "")
        page = queries.feed(
            after=_place(asked.get("cursor", "")),
            limit=asked.get("limit", 50),
            visible_to=self.caller.person,
            kinds=[told] if told else (),
            scopes=self.caller.scopes,
        )
        shown = {"data": page.events, "next": signing.dumps(page.position, salt=SALT), "has_more": page.more}
        return Response(self.shown(shown))


class EndpointOut(Out):
    """An address that is told of one fund, programme or organisation."""

    id = serializers.CharField(source="public_id")
    url = serializers.CharField()
    scope_kind = serializers.ChoiceField(choices=SCOPES)
    scope = serializers.CharField(source="scope_ref")
    kinds = serializers.ListField(child=serializers.CharField(), help_text="What it is told; empty for everything.")
    standing = serializers.ChoiceField(choices=[(one.value, one.value) for one in Standing])
    because = serializers.CharField(help_text="Why it is disabled.")
    made_at = Moment()
    succeeded_at = Moment(allow_null=True, help_text="When it last took a message.")


class EndpointIn(In):
    """Which address is told of what."""

    url = Text(max_length=500, help_text="https, by name, reachable from outside.")
    scope_kind = serializers.ChoiceField(choices=SCOPES)
    scope = PublicId(help_text="Id of a fund, programme or organisation within the client's reach.")
    kinds = serializers.ListField(child=Text(max_length=60), max_length=100, required=False)


class EndpointMade(EndpointOut):
    """With the secret that messages are signed with, told once."""

    secret = serializers.CharField()


class EndpointChange(In):
    """What is not sent stays as it is."""

    url = Text(max_length=500, required=False)
    kinds = serializers.ListField(child=Text(max_length=60), max_length=100, required=False)
    standing = serializers.ChoiceField(choices=[(one.value, one.value) for one in Standing], required=False)


class Endpoints(Posting, ListEndpoint):
    """The client's own endpoints. Messages follow Standard Webhooks: signed, by id, at least once, in no promised order."""

    answers, takes, group, summary = EndpointOut, EndpointIn, "Webhooks", "Endpoints"
    answers_of_post = EndpointMade
    summary_of: ClassVar = {"GET": "Endpoints", "POST": "Make an endpoint"}
    examples: ClassVar = {
        "POST": {
            "url": "https://hooks.partner.example/fund",
            "scope_kind": "organisation",
            "scope": "{organisation}",
            "kinds": [],
        }
    }

    def rows(self, **asked: Any) -> QuerySet[Row]:
        return queries.endpoints_visible_to(self.caller.person)

    def done(self, sent: dict[str, Any], **asked: Any) -> Row:
        made, secret = services.make(
            organisation=organisations.by_id(self.caller.organisation),
            owner=self.caller.person,
            scope_kind=sent["scope_kind"],
            scope_ref=sent["scope"],
            url=sent["url"],
            kinds_told=sent.get("kinds", []),
            contact=clients.of_caller(self.caller).requested_by,
            by=self.caller.person,
            at=clock.now(),
        )
        made.secret = secret  # type: ignore[attr-defined]  # told once
        return made


class OneEndpoint(Patching, DetailEndpoint):
    """One of them: its address, what it is told, and whether it is told."""

    answers, takes_change, group, summary = EndpointOut, EndpointChange, "Webhooks", "An endpoint"
    summary_of: ClassVar = {"GET": "An endpoint", "PATCH": "Change an endpoint"}
    examples: ClassVar = {"PATCH": {"standing": "paused"}}

    def thing(self, *, public_id: str, **asked: Any) -> Row:
        return queries.endpoint(self.caller.person, public_id)

    def locked(self, *, public_id: str) -> Row:
        found = queries.endpoint(self.caller.person, public_id)
        return locks.in_order(Row.objects.filter(pk=found.pk)).get()

    def change(self, thing: Row, sent: dict[str, Any]) -> Row:
        by = self.caller.person
        if {"url", "kinds"} & set(sent):
            thing = services.change(
                thing, url=sent.get("url", thing.url), kinds_told=sent.get("kinds", thing.kinds), by=by
            )
        steps = {Standing.ACTIVE: services.resume, Standing.PAUSED: services.pause, Standing.DISABLED: services.disable}
        if "standing" in sent and sent["standing"] != thing.standing:
            thing = steps[Standing(sent["standing"])](thing, by=by)
        return thing


class Overlap(In):
    overlap_hours = Whole(min_value=0, max_value=168, required=False, help_text="24 if not said.")


class SecretOut(Out):
    """Told once; the one before signs as well until the overlap ends."""

    secret = serializers.CharField()


class Rotate(Posting, Endpoint):
    """A new secret for an endpoint."""

    answers, takes, group, summary = SecretOut, Overlap, "Webhooks", "Rotate the secret of an endpoint"
    examples: ClassVar = {"POST": {"overlap_hours": 24}}

    def done(self, sent: dict[str, Any], *, public_id: str, **asked: Any) -> dict[str, str]:
        endpoint = queries.endpoint(self.caller.person, public_id)
        overlap = timedelta(hours=sent.get("overlap_hours", 24))
        return {"secret": services.rotate(endpoint, by=self.caller.person, at=clock.now(), overlap=overlap)}


class DeliveryOut(Out):
    """What became of one message."""

    id = serializers.CharField(source="public_id")
    message_id = serializers.CharField(help_text="As in webhook-id, the same however often it is sent.")
    state = serializers.ChoiceField(choices=[(one.value, one.value) for one in State])
    because = serializers.CharField(help_text="Why it was given up.")
    attempts = serializers.IntegerField()
    created_at = Moment()


class DeliveryFilters(ListParameters):
    state = serializers.ChoiceField(choices=[(one.value, one.value) for one in State], required=False)


class Deliveries(ListEndpoint):
    """The log of an endpoint, the oldest message first."""

    answers, group, summary = DeliveryOut, "Webhooks", "The log of an endpoint"
    is_narrow = True
    parameters: ClassVar[type[Parameters]] = DeliveryFilters

    def rows(self, *, public_id: str, state: str = "", **asked: Any) -> QuerySet[Delivery]:
        return queries.log(queries.endpoint(self.caller.person, public_id), state=state)


class NothingToSay(In):
    """An empty object."""


class Test(Posting, Endpoint):
    """Send a message about nothing now."""

    answers, takes, group, summary = DeliveryOut, NothingToSay, "Webhooks", "Test an endpoint"
    made: ClassVar[int] = 202
    examples: ClassVar = {"POST": {}}

    def done(self, sent: dict[str, Any], *, public_id: str, **asked: Any) -> Delivery:
        endpoint = queries.endpoint(self.caller.person, public_id)
        return services.test(endpoint, by=self.caller.person, at=clock.now())


class ReplayIn(In):
    """Which messages."""

    deliveries = serializers.ListField(
        child=PublicId(), max_length=100, required=False, help_text="Ids; everything that was given up if not said."
    )


class ReplayOut(Out):
    count = serializers.IntegerField(help_text="How many are sent again, under their own ids.")


class Replay(Posting, Endpoint):
    """Send messages again that were delivered or given up."""

    answers, takes, group, summary = ReplayOut, ReplayIn, "Webhooks", "Send messages again"
    made: ClassVar[int] = 202
    examples: ClassVar = {"POST": {"deliveries": ["{delivery}"]}}

    def done(self, sent: dict[str, Any], *, public_id: str, **asked: Any) -> dict[str, int]:
        endpoint = queries.endpoint(self.caller.person, public_id)
        rows = (
            queries.log(endpoint).filter(public_id__in=sent["deliveries"])
            if "deliveries" in sent
            else queries.given_up(endpoint)
        )
        return {"count": services.replay(endpoint, rows, by=self.caller.person, at=clock.now())}


class KindOut(Out):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the name of what a person reads


class Kinds(Endpoint):
    """Every kind of event that is told, in the language asked for."""

    answers, group, summary = (
        type("KindList", (Out,), {"__doc__": "By code.", "kinds": KindOut(many=True)}),
        "Events",
        "Kinds of event",
    )

    def get(self, request: Request) -> Response:
        self.asked()
        return Response(self.shown({"kinds": [{"code": one.code, "label": str(one.label)} for one in kinds.known()]}))


def _place(cursor: str) -> int:
    try:
        return int(signing.loads(cursor, salt=SALT)) if cursor else 0
    except (signing.BadSignature, ValueError, TypeError):
        detail = _("This cursor is none of the feed. Begin without one.")
        raise Problem("invalid", 400, detail, faults=[fault("?cursor", "unknown_cursor", detail)]) from None
