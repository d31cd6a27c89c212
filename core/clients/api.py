"""What a partner system sees of itself: its scopes and reach, its limit, what it called, a new secret. The token, the contract."""

from datetime import timedelta
from typing import Any, ClassVar

from allauth.core.internal import ratelimit
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema_field
from oauth2_provider.views import TokenView
from rest_framework import serializers

from core import clock
from core.api.endpoints import DetailEndpoint, Endpoint, ListEndpoint, Posting
from core.api.fields import Day, In, Moment, Out, Whole
from core.clients import contract, queries, services
from core.clients.models import Client, ClientCall

TOKENS = "60/m/ip"
"""How many tokens are asked for from one address; a client needs one in fifteen minutes."""


@method_decorator(csrf_exempt, name="dispatch")
class Token(TokenView):
    """Client credentials for a token of fifteen minutes (RFC 6749, 4.4). Its errors are OAuth's own."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ratelimit.consume(request, app="core", action="token", config={"token": TOKENS}):
            return JsonResponse({"error": "slow_down"}, status=429, headers={"Retry-After": "60"})
        answer: HttpResponse = self.authorization_flow_token_response(request)
        return answer


class Limit(Out):
    """How the limit of the minute stands."""

    limit = serializers.IntegerField(help_text="Calls a minute.")
    remaining = serializers.IntegerField()
    resets_at = Moment()
    day = serializers.IntegerField(help_text="Calls within the last 24 hours.")
    refused = serializers.IntegerField(help_text="Of these, those answered by 400 and above.")


class Self(Out):
    """The client itself."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    organisation = serializers.CharField(source="organisation.public_id")
    scopes = serializers.ListField(child=serializers.CharField())
    reach = serializers.ListField(child=serializers.CharField(), help_text="kind:id of what it may see.")
    addresses = serializers.ListField(child=serializers.CharField(), help_text="Networks from which it may call.")
    expires_on = Day()
    usage = serializers.SerializerMethodField()

    @extend_schema_field(Limit)
    def get_usage(self, client: Client) -> Any:
        return Limit(queries.used(client, at=clock.now())).data


class Itself(DetailEndpoint):
    """What this client may, and how its limit stands."""

    answers, group, summary = Self, "This client", "What this client may"

    def thing(self, **asked: Any) -> Client:
        return queries.of_caller(self.caller)

    def get(self, request: Any, **kwargs: Any) -> Any:
        answer = super().get(request, **kwargs)
        answer.headers.pop("ETag", None)  # how often it called is no version of it
        return answer


class Call(Out):
    """One call as it was answered."""

    at = Moment()
    method = serializers.CharField()
    route = serializers.CharField()
    status = serializers.IntegerField()
    milliseconds = serializers.IntegerField()
    request_id = serializers.CharField()
    from_address = serializers.CharField(allow_null=True)


class Calls(ListEndpoint):
    """What this client called within the last ninety days, the oldest first. Nothing of what was sent or shown is kept."""

    answers, group, summary = Call, "This client", "What this client called"
    is_narrow = True

    def rows(self, **asked: Any) -> QuerySet[ClientCall]:
        return queries.calls(queries.of_caller(self.caller))


class Rotation(In):
    """How the secret before ends."""

    overlap_hours = Whole(
        min_value=0,
        max_value=720,
        required=False,
        help_text="For how long the secret before still holds; 168 if not said.",
    )


class Secret(Out):
    """Told once."""

    client_id = serializers.CharField()
    client_secret = serializers.CharField()


class Secrets(Posting, Endpoint):
    """A new secret of this client. The one before holds until the overlap ends, others end at once."""

    answers, takes, group, summary = Secret, Rotation, "This client", "Rotate the secret"
    examples: ClassVar = {"POST": {"overlap_hours": 24}}

    def done(self, sent: dict[str, Any], **asked: Any) -> dict[str, str]:
        client = queries.of_caller(self.caller)
        overlap = services.OVERLAP if "overlap_hours" not in sent else timedelta(hours=sent["overlap_hours"])
        secret = services.make_secret(client, by=self.caller.person, at=clock.now(), overlap=overlap)
        return {"client_id": client.public_id, "client_secret": secret}


class Contract(Endpoint):
    """The contract itself."""

    def get(self, request: Any) -> HttpResponse:
        return HttpResponse(contract.document(), content_type="application/vnd.oai.openapi+json;version=3.1")
