"""What is proposed and decided, and one proposal with everything that is kept of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from core.audit import sentences
from core.decisions import evidence, kinds, queries, words
from core.decisions.models import Circulation, Proposal
from core.errors import NotFound
from core.people import queries as people
from core.people.requests import PersonRequest
from core.web import tables


class Decisions(View):
    """Every proposal of the person's funds and programmes, the newest first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        pages = tables.paginate(request, queries.visible_to(request.user))
        rows = list(pages.page.object_list)
        texts = queries.last_texts(rows)
        context = {
            "pages": pages,
            "lines": [(one, texts[one.pk], *words.STATES[one.state], kinds.label(one.kind)) for one in rows],
            "illustrative": any(one.is_illustrative for one in rows),
            "may_draft": bool(queries.choices(request.user)),
        }
        return render(request, "core/decisions/list.html", context)


class Decision(View):
    """One proposal: its text, each circulation with who was told and who read, its outcome, and every step."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        proposal = queries.get(request.user, public_id)
        return render(request, "core/decisions/decision.html", about(request, proposal))


class EvidencePdf(View):
    """The evidence of an outcome as a document."""

    def get(self, request: PersonRequest, public_id: str, order: int) -> HttpResponse:
        circulation = _ended(request, public_id, order)
        return _saved(evidence.document(circulation), "application/pdf", f"{circulation.public_id}.pdf")


class EvidenceData(View):
    """The evidence of an outcome as data, with its digest."""

    def get(self, request: PersonRequest, public_id: str, order: int) -> HttpResponse:
        circulation = _ended(request, public_id, order)
        return _saved(evidence.data(circulation), "application/json", f"{circulation.public_id}.json")


def about(request: PersonRequest, proposal: Proposal) -> dict[str, Any]:
    """What the page of a proposal shows."""
    text = queries.last_text(proposal)
    events = queries.history(proposal)
    names = people.names_by_public_id(sentences.ids_in(events))
    return {
        "proposal": proposal,
        "text": text,
        "terms": terms(proposal, text.terms),
        "kind": kinds.label(proposal.kind),
        "scope": kinds.scope_name(proposal.kind, proposal.scope),
        "standing": words.STATES[proposal.state],
        "circulations": [_shown(one) for one in queries.circulations(proposal)],
        "texts": queries.texts(proposal),
        "permitted": queries.permitted(request.user, proposal, at=request.arrived_at),
        "is_own_text": queries.is_own_text(request.user, text),
        "history": [sentences.tell(event, names) for event in events],
    }


def terms(proposal: Proposal, given: Any) -> list[tuple[str, str]]:
    """The terms of a text in words."""
    kind = kinds.find(proposal.kind)
    return kind.told(proposal.scope, given) if kind else []


def _shown(one: Circulation) -> dict[str, Any]:
    outcome = queries.outcome_of(one)
    return {
        "row": one,
        "ends": words.moment_there(queries.expiry(one), one.zone),
        "extensions": [(row, words.moment_there(row.expires_at, one.zone)) for row in one.extensions.order_by("order")],
        "calendar": words.CALENDARS[one.calendar],
        "allies": queries.rows_of(one),
        "objections": [(row, *words.VERDICTS[row.verdict]) for row in queries.objections(one)],
        "outcome": outcome,
        "ending": words.ENDINGS[outcome.ending] if outcome else None,
        "effect": queries.effect_of(outcome) if outcome else None,
        "takes_effect": bool(outcome and outcome.ending == "adopted" and queries.takes_effect(one.proposal)),
        "holds": evidence.holds(one) if outcome else None,
    }


def _ended(request: PersonRequest, public_id: str, order: int) -> Circulation:
    """A circulation that has an outcome. Raises NotFound."""
    proposal = queries.get(request.user, public_id)
    for one in queries.circulations(proposal):
        if one.order == order and queries.outcome_of(one):
            return one
    raise NotFound


def _saved(content: bytes, media: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
