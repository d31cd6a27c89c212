"""What happened in a cohort, told in the chain of its programme."""

from typing import Any

from accelerator.challenges.models import Programme
from core.audit import services as audit
from core.audit.kinds import Kind
from core.people.models import User


def record(kind: Kind, subject: str, programme: Programme, by: User, told: dict[str, Any]) -> None:
    audit.record(kind, subject, by=by, chain=programme.public_id, after=told)
