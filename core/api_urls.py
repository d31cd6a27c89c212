"""Addresses of the interface that belong to no business."""

from django.urls import path

from core.clients import api as clients
from core.ethics import api as ethics
from core.jobs import api as jobs
from core.money import api as money
from core.nations import api as nations
from core.organisations import api as organisations
from core.webhooks import api as webhooks

app_name = "core_api"
urlpatterns = [
    path("schema", clients.Contract.as_view(), name="schema"),
    path("self", clients.Itself.as_view(), name="self"),
    path("self/calls", clients.Calls.as_view(), name="self-calls"),
    path("self/secrets", clients.Secrets.as_view(), name="self-secrets"),
    path("nations", nations.Nations.as_view(), name="nations"),
    path("rates", money.Rates.as_view(), name="rates"),
    path("organisations", organisations.Organisations.as_view(), name="organisations"),
    path("organisations/<str:public_id>", organisations.One.as_view(), name="organisation"),
    path("ethics-states", ethics.States.as_view(), name="ethics-states"),
    path("jobs", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/<str:public_id>", jobs.One.as_view(), name="job"),
    path("events", webhooks.Events.as_view(), name="events"),
    path("events/kinds", webhooks.Kinds.as_view(), name="event-kinds"),
    path("webhook-endpoints", webhooks.Endpoints.as_view(), name="webhook-endpoints"),
    path("webhook-endpoints/<str:public_id>", webhooks.OneEndpoint.as_view(), name="webhook-endpoint"),
    path("webhook-endpoints/<str:public_id>/secrets", webhooks.Rotate.as_view(), name="webhook-secrets"),
    path("webhook-endpoints/<str:public_id>/deliveries", webhooks.Deliveries.as_view(), name="webhook-deliveries"),
    path("webhook-endpoints/<str:public_id>/test", webhooks.Test.as_view(), name="webhook-test"),
    path("webhook-endpoints/<str:public_id>/replay", webhooks.Replay.as_view(), name="webhook-replay"),
]
