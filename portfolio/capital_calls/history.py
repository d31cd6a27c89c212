"""What a call said at each of its versions, read back from the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.audit import digests
from core.audit import queries as audit
from core.audit.models import AuditEvent
from portfolio.capital_calls import splitting
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.splitting import Day, NoPartner, OverUnfunded

WRITTEN = ("capital_call.drafted", "capital_call.edited")
CONTENT = ("fund", "number", "due_on", "memo", "lines", "version")
"""The fields of ``queries.content``."""


@dataclass(frozen=True, slots=True)
class Version:
    """What the call said from ``at`` on; ``by`` is the public id of whoever wrote it."""

    content: dict[str, object]
    at: datetime
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A purpose line as a version told it."""

    purpose: str
    text: str
    amount: Decimal
    inside_commitment: bool
    company: str = ""


def events(call: CapitalCall) -> list[AuditEvent]:
    """Everything that was done to a call, oldest first."""
    return list(audit.of_subject(call.public_id))


def versions(told: list[AuditEvent]) -> list[Version]:
    """The versions among the events of a call, oldest first."""
    return [_version(event) for event in told if event.kind in WRITTEN]


def content_of(call: CapitalCall, digest: str, day: Day) -> dict[str, object] | None:
    """What an approval would have covered when it had this digest, split over the Allies of a day; None if unknown."""
    told = (_with_split(call, one.content, day) for one in versions(events(call)))
    return next((content for content in told if digests.digest(content) == digest), None)


def _with_split(call: CapitalCall, content: dict[str, Any], day: Day) -> dict[str, object]:
    lines = [
        _Line(purpose, text, Decimal(amount), inside, *company)
        for purpose, text, amount, inside, *company in content["lines"]
    ]
    try:
        parts = day.split_lines(call.fund, lines)
    except (NoPartner, OverUnfunded):
        parts = []
    return content | {"split": splitting.stated(parts)}


def _version(event: AuditEvent) -> Version:
    content = {name: event.after[name] for name in CONTENT if name in event.after}
    return Version(content, event.occurred_at, event.actor, str(event.after.get("because", "")))
