"""Whether an application is complete and eligible: decided after the call closed, opened again with a reason, never overwritten."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Application
from accelerator.applications.services import rows
from accelerator.reviews import queries
from accelerator.reviews.lifecycle import Screened
from accelerator.reviews.models import Screening
from accelerator.reviews.rules import refusal_at_desk
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.people.models import User

SCREENED = declare("application.screened", _("{actor} screened the application {subject}."))
REOPENED = declare(
    "application.screening_reopened", _("{actor} opened the screening of the application {subject} again.")
)
LONGEST, LONGEST_RULE = 2_000, 300


class ReasonsMissing(Invalid):
    code = "reasons_missing"
    sentence = _("Say why, in at most 2,000 characters: the start-up is told with the decision.")


class RuleMissing(Invalid):
    code = "rule_missing"
    sentence = _("Name the rule of the call that is not kept, in at most 300 characters.")


class AlreadyScreened(Conflict):
    code = "already_screened"
    sentence = _("It was screened already. Open the screening again, with a reason, to change it.")


class NotScreened(Conflict):
    code = "not_screened"
    sentence = _("There is no screening to open again. Reload the page to see how it stands.")


@transaction.atomic
def screen(
    application: Application, *, is_complete: bool, is_eligible: bool, rule: str = "", reasons: str = "", by: User, at: datetime
) -> Screening:  # fmt: skip
    """
    Decide, once, until it is opened again. Whatever fails needs reasons; what is not eligible names the rule.

    Raises NotPermitted, NotFound, StillSealed, Withdrawn, AlreadyScreened, ReasonsMissing, RuleMissing.
    """
    row = _locked(application, by=by, at=at)
    last = row.screenings.order_by("-edition").first()
    if queries.outcome(last) is not Screened.WAITS:
        raise AlreadyScreened
    said, named = reasons.strip(), rule.strip()
    if (not (is_complete and is_eligible) and not said) or len(said) > LONGEST:
        raise ReasonsMissing(field="reasons")
    if (not is_eligible and not named) or len(named) > LONGEST_RULE:
        raise RuleMissing(field="rule")
    made = Screening.objects.create(
        application=row,
        edition=_next(last),
        is_complete=is_complete,
        is_eligible=is_eligible,
        rule="" if is_eligible else named,
        reasons=said,
        decided_by=by,
        decided_at=at,
    )
    rows.record(SCREENED, row, by, {"is_complete": is_complete, "is_eligible": is_eligible, "reason": said[:300]})
    return made


@transaction.atomic
def reopen_screening(application: Application, *, because: str, by: User, at: datetime) -> Screening:
    """Take a decision back, as a further edition. Raises NotPermitted, NotFound, StillSealed, Withdrawn, NotScreened, ReasonsMissing."""
    row = _locked(application, by=by, at=at)
    last = row.screenings.order_by("-edition").first()
    if queries.outcome(last) is Screened.WAITS:
        raise NotScreened
    if not 1 <= len(because.strip()) <= LONGEST:
        raise ReasonsMissing(field="because")
    made = Screening.objects.create(
        application=row, edition=_next(last), reasons=because.strip(), decided_by=by, decided_at=at
    )
    rows.record(REOPENED, row, by, {"because": because.strip()[:300]})
    return made


def _locked(application: Application, *, by: User, at: datetime) -> Application:
    row = rows.locked(application)
    if refused := refusal_at_desk(by, row, at=at):
        raise refused
    return row


def _next(last: Screening | None) -> int:
    return last.edition + 1 if last else 1
