"""The same list as one writes it with Django REST framework, and its bytes ready made: addresses of the peers of row 10."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from oauth2_provider.contrib.rest_framework import OAuth2Authentication, TokenHasScope
from rest_framework import generics, pagination, renderers, serializers

from accelerator.applications import words
from accelerator.applications.models import Application

ONE_BY_ONE, JOINED, READY = "one by one", "joined", "ready"
ALL = {ONE_BY_ONE: "/one-by-one", JOINED: "/joined", READY: "/ready"}
_ready: list[bytes] = []


def at_their_addresses(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The frame of the peers, in the product's process."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return respond(request)

    return answer


class ApplicationSerializer(serializers.ModelSerializer):
    """The fields of our list."""

    id = serializers.CharField(source="public_id")
    external_id = serializers.CharField(source="intake.external_id")
    is_own = serializers.SerializerMethodField()
    programme = serializers.CharField(source="call.programme.public_id")
    call = serializers.CharField(source="call.public_id")
    challenge = serializers.CharField(source="challenge.code")
    organisation = serializers.CharField(source="organisation.public_id")
    name = serializers.CharField(source="organisation.name")
    nation = serializers.CharField(source="organisation.nation_id")
    said = serializers.SerializerMethodField()
    number = serializers.SerializerMethodField()
    digest = serializers.SerializerMethodField()
    submitted_at = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = (
            *("id", "external_id", "is_own", "programme", "call", "challenge", "organisation", "name", "nation"),
            *("state", "said", "number", "digest", "submitted_at", "is_illustrative"),
        )

    def get_is_own(self, row: Any) -> bool:
        return bool(row.intake.by_id == self.context["request"].auth.application.user_id)

    def get_said(self, row: Any) -> str:
        return str(words.state(row.state))

    def get_number(self, row: Any) -> Any:
        return self._last(row, "number")

    def get_digest(self, row: Any) -> Any:
        return self._last(row, "digest")

    def get_submitted_at(self, row: Any) -> Any:
        return self._last(row, "received_at")

    def _last(self, row: Any, name: str) -> Any:
        sent = sorted(row.submissions.all(), key=lambda one: one.order)
        return getattr(sent[-1], name) if sent else None


class Pages(pagination.CursorPagination):
    page_size = 50
    ordering = "pk"


class OneByOne(generics.ListAPIView):
    """Whatever a row needs is asked for when it is shown."""

    authentication_classes = [OAuth2Authentication]
    permission_classes = [TokenHasScope]
    required_scopes = ["applications:read"]
    renderer_classes = [renderers.JSONRenderer]
    serializer_class = ApplicationSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        token: Any = self.request.auth
        return Application.objects.filter(intake__by=token.application.user_id)


class Joined(OneByOne):
    """Everything a page needs in three queries."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("call__programme", "challenge", "organisation", "intake")
        return rows.prefetch_related("submissions")


def ready(request: HttpRequest) -> HttpResponse:
    """The bytes of the list as they were the first time: nobody is asked who calls."""
    if not _ready:
        _ready.append(Joined.as_view()(request).render().content)
    return HttpResponse(_ready[0], content_type="application/json")


urlpatterns = [path("one-by-one", OneByOne.as_view()), path("joined", Joined.as_view()), path("ready", ready)]
