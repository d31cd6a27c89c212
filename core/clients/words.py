"""Words for what pages show of clients."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clients.lifecycle import State

STATES: dict[str, Promise] = {
    State.REQUESTED: pgettext_lazy("client", "Waits for a second person"),
    State.APPROVED: pgettext_lazy("client", "In use"),
    State.REFUSED: pgettext_lazy("client", "Refused"),
    State.REVOKED: pgettext_lazy("client", "Revoked"),
}
TONES = {State.REQUESTED: "warn", State.APPROVED: "good", State.REFUSED: "", State.REVOKED: "bad"}
DOMAINS: dict[str, Promise] = {"fund": _("The fund"), "accelerator": _("The accelerator")}
