"""What a call said at each of its versions, read back from the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from core.audit import digests
from core.audit import queries as audit
from core.audit.models import AuditEvent
from portfolio.capital_calls.models import CapitalCall

WRITTEN = ("capital_call.drafted", "capital_call.edited")
CONTENT = ("fund", "number", "due_on", "memo", "lines", "version")
"""The fields of ``queries.signed_content``."""


@dataclass(frozen=True, slots=True)
class Version:
    """What an approval would have covered from ``at`` on; ``by`` is the public id of whoever wrote it."""

    content: dict[str, object]
    at: datetime
    by: str
    because: str

    @property
    def digest(self) -> str:
        return digests.digest(self.content)


def events(call: CapitalCall) -> list[AuditEvent]:
    """Everything that was done to a call, oldest first."""
    return list(audit.of_subject(call.public_id))


def versions(told: list[AuditEvent]) -> list[Version]:
    """The versions among the events of a call, oldest first."""
    return [_version(event) for event in told if event.kind in WRITTEN]


def content_of(call: CapitalCall, digest: str) -> dict[str, object] | None:
    """What the call said when it had this digest; None where it never had."""
    return next((one.content for one in versions(events(call)) if one.digest == digest), None)


def _version(event: AuditEvent) -> Version:
    content = {name: event.after[name] for name in CONTENT if name in event.after}
    return Version(content, event.occurred_at, event.actor, str(event.after.get("because", "")))
