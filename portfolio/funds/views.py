"""The commitments of a fund, and the history of each."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from core import clock
from core.errors import NotFound
from core.exports import xlsx
from core.money.value import Money
from core.nations.models import Basis
from core.people.requests import PersonRequest
from core.web import asof
from portfolio.funds import queries, workbooks

AUDIT = "manage:audit"


class Commitments(View):
    """Every Ally that committed to a fund, with the terms in force on a day."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, funds = queries.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": funds}
        if fund:
            standings = queries.standings(request.user, fund, as_of=point.as_of, known_at=point.known_at)
            context |= {
                "standings": standings,
                "illustrative": any(one.terms and one.terms.basis == Basis.ILLUSTRATIVE for one in standings),
            }
        return render(request, "portfolio/commitments.html", context)


class CommitmentsWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        fund, _own = queries.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        standings = queries.standings(request.user, fund, as_of=point.as_of, known_at=point.known_at)
        content = workbooks.commitments(fund, standings, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"commitments-{point.as_of.isoformat()}")


class Commitment(View):
    """One commitment: what holds on a day, and everything that was ever recorded of it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        commitment = queries.get_commitment(request.user, public_id)
        terms = queries.terms_of(commitment, known_at=point.known_at)
        in_force = queries.in_force(terms, as_of=point.as_of)
        context: dict[str, Any] = {
            "point": point,
            "commitment": commitment,
            "terms": list(reversed(terms)),
            "in_force": in_force,
            "amount": Money(in_force.amount, commitment.fund.currency_id) if in_force else None,
            "illustrative": any(row.basis == Basis.ILLUSTRATIVE for row in terms),
            "audit_url": _audit_url(request, commitment.public_id),
        }
        return render(request, "portfolio/commitment.html", context)


class CommitmentWorkbook(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        commitment = queries.get_commitment(request.user, public_id)
        terms = queries.terms_of(commitment, known_at=point.known_at)
        content = workbooks.commitment(commitment, terms, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"commitment-{point.as_of.isoformat()}")


def _audit_url(request: PersonRequest, subject: str) -> str:
    """Where the audit trail tells of a thing, for whoever may read it."""
    return f"{reverse(AUDIT)}?subject={subject}" if request.may_open(AUDIT) else ""
