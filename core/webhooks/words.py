"""What states, reasons, faults and failures are called, and how they are tinted."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.webhooks import kinds
from core.webhooks.addresses import Fault
from core.webhooks.lifecycle import Reason, Standing, State
from core.webhooks.outbound import Failure

STANDINGS: dict[str, Promise] = {
    Standing.ACTIVE: _("Active"),
    Standing.PAUSED: _("Paused"),
    Standing.DISABLED: _("Disabled"),
}
STATES: dict[str, Promise] = {
    State.PENDING: _("Waiting"),
    State.FAILED: _("Failed, will be tried again"),
    State.DELIVERED: _("Delivered"),
    State.DEAD: _("Given up"),
}
TONES: dict[str, str] = {
    Standing.ACTIVE: "ok",
    Standing.PAUSED: "warn",
    Standing.DISABLED: "stop",
    State.PENDING: "plain",
    State.FAILED: "warn",
    State.DELIVERED: "ok",
    State.DEAD: "stop",
}
REASONS: dict[str, Promise] = {
    Reason.GONE: _("The receiver answered 410: it wants nothing more."),
    Reason.EXHAUSTED: _("Every attempt failed."),
    Reason.FAILING: _("Every attempt failed for days, and nothing got through meanwhile."),
    Reason.DISABLED: _("The endpoint was disabled while the message waited."),
    Reason.NOT_VISIBLE: _("The partner’s system may no longer know of it."),
    Reason.STOPPED: _("Workers stopped at it again and again."),
    Reason.UNSIGNED: _("Its secret cannot be read any more. Make a new one."),
    Reason.BY_HAND: _("Disabled by hand."),
}
FAULTS: dict[Fault, Promise] = {
    Fault.LENGTH: _("The address is empty or too long. Give one of 500 characters at most."),
    Fault.CHARACTERS: _("The address holds characters that are not allowed. Write names with other letters as xn--…"),
    Fault.SCHEME: _("The address must begin with https://."),
    Fault.USER: _("The address may hold no user name and no password. The signature says who sends."),
    Fault.FRAGMENT: _("Leave out what follows the # sign: it is never sent."),
    Fault.PORT: _("Messages are sent to the ports 443 and 8443 alone. Give an address without another port."),
    Fault.NUMBER: _("Give the name of the machine, not its number: the certificate is checked by name."),
    Fault.NAME: _("This is no full name of a machine. Give one such as hooks.example.org."),
    Fault.INSIDE: _("A name with this ending leads to no machine of the public internet."),
}
FAILURES: dict[str, Promise] = {
    Failure.ADDRESS: _("The address is not one that is called"),
    Failure.NOT_PUBLIC: _("The name leads to a machine that is not of the public internet"),
    Failure.NAME: _("The name leads nowhere"),
    Failure.CONNECTION: _("The connection failed"),
    Failure.CERTIFICATE: _("The certificate does not hold"),
    Failure.TIME: _("No answer in time"),
    Failure.ANSWER: _("What came is no answer"),
    Failure.OURS: _("A fault of ours; the log tells it"),
}
NO_ANSWER = _("No answer")
TEST = _("A test")


def kind(code: str) -> str:
    known = kinds.find(code)
    return str(known.label) if known else code


def attempt(status: int | None, failure: str) -> str:
    """How an attempt went, in a few words: the status of the answer, or why none came."""
    return str(status) if status else str(FAILURES.get(failure, NO_ANSWER))
