"""Tells people that stored marks do not follow from their pinned inputs any more: by mail and in the product."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from core.notifications import services as notifications
from core.people import queries as people
from core.people.roles import Permission
from core.web import numerals
from portfolio.funds import queries as funds
from portfolio.valuations.models import Mark, ValuationRun

LISTED_AT_MOST = 20


def tell(run: ValuationRun, drifting: Sequence[Mark], *, at: datetime) -> int:
    """Tell whoever prepares the fund's valuations, each in her language, in the caller's transaction; how many."""
    fund = run.fund
    readers = people.who_may(Permission.VALUATION_PREPARE, fund.public_id, on=funds.day_of(fund, at))
    address = reverse("portfolio:valuation", args=[run.public_id])
    for person in readers:
        with translation.override(person.language):
            sentence = _sentence(run, len(drifting))
            lines = [_line(mark) for mark in drifting[:LISTED_AT_MOST]]
        context = {
            "name": person.name,
            "sentence": sentence,
            "lines": lines,
            "more": len(drifting) - len(lines),
            "link": f"{settings.SITE_URL}{address}",
        }
        notifications.write_from_template(
            "marks_drift", recipient=person.email, language=person.language, context=context, at=at
        )
        notifications.tell(person, title=sentence, address=address, at=at)
    return len(readers)


def _sentence(run: ValuationRun, count: int) -> str:
    sentence = ngettext(
        "%(fund)s, %(quarter)s, version %(version)s: %(count)s mark does not follow from its pinned inputs any more.",
        "%(fund)s, %(quarter)s, version %(version)s: %(count)s marks do not follow from their pinned inputs any more.",
        count,
    )
    quarter = numerals.quarter(run.quarter_end)
    return sentence % {"fund": run.fund.name, "quarter": quarter, "version": run.version, "count": count}


def _line(mark: Mark) -> dict[str, str]:
    path = reverse("portfolio:valuation-mark", args=[mark.public_id])
    return {"holding": mark.holding.organisation.name, "link": f"{settings.SITE_URL}{path}"}
