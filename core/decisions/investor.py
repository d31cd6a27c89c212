"""What an Ally sees: what is put before it, each text, and how it breaks silence."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views import View

from core.decisions import evidence, forms, kinds, queries, rules, services, words
from core.decisions.lifecycle import State
from core.decisions.models import Circulation, Proposal
from core.errors import Conflict, Invalid
from core.people.requests import PersonRequest
from core.web import kept, tables
from core.web.forms import take

CONFLICT = 409


class Decisions(View):
    """What was ever put before the person's Allies, the newest first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        pages = tables.paginate(request, queries.before(request.user))
        context = {
            "pages": pages,
            "lines": [
                (one, *_standing(one), *words.there(queries.expiry(one), one.zone))
                for one in queries.last_circulations(list(pages.page.object_list))
            ],
        }
        return render(request, "core/decisions/own_list.html", context)


class Decision(View):
    """One proposal as it was circulated last: the text, when silence ends, and what became of it. Reading it is noted."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        if request.may_open("manage:decisions"):  # a reminder's plan leads the secretariat here
            return redirect("manage:decision", public_id)
        proposal = queries.get_before(request.user, public_id)
        services.note_reading(proposal, by=request.user, at=request.arrived_at)
        return render(request, "core/decisions/own.html", _about(request, proposal))


class Break(View):
    """The written word with which an Ally breaks silence, judged by the moment at which it arrives."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        typed = kept.take(request.user.public_id, request.path)
        if typed:
            messages.warning(request, _("Your session had ended. What you typed is here again; send it now."))
        proposal = queries.get_before(request.user, public_id)
        read = typed.get("read", request.GET.get("read"))
        return self._page(request, proposal, self._form(request, proposal, initial=typed), read=read)

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        proposal = queries.get_before(request.user, public_id)
        form = self._form(request, proposal, data=request.POST)
        read = request.POST.get("read", "")
        if not form.is_valid():
            return self._page(request, proposal, form, read=read)
        try:
            services.break_silence(proposal, **form.cleaned_data, read=read, by=request.user, at=request.arrived_at)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, proposal, form, status=CONFLICT)
        messages.success(request, _("Silence is broken. Everybody entitled is told."))
        return redirect("core:decision", public_id)

    def _form(self, request: PersonRequest, proposal: Proposal, **given: Any) -> forms.ObjectionForm:
        circulation = queries.get_running(proposal)
        return forms.ObjectionForm(of=queries.of_nation(circulation, rules.nations_of(request.user)), **given)

    def _page(
        self,
        request: PersonRequest,
        proposal: Proposal,
        form: forms.ObjectionForm,
        *,
        read: str | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """``read`` is the digest of the text that was read before; without it the one that runs now."""
        context = _about(request, proposal)
        context |= {"form": form, "read": context["text"].digest if read is None else read}
        return render(request, "core/decisions/break.html", context, status=status)


def _about(request: PersonRequest, proposal: Proposal) -> dict[str, Any]:
    circulation, kind = queries.get_running(proposal), kinds.find(proposal.kind)
    ends_at, outcome = queries.expiry(circulation), queries.outcome_of(circulation)
    mine = queries.of_nation(circulation, rules.nations_of(request.user))
    is_over = request.arrived_at >= ends_at
    return {
        "proposal": proposal,
        "text": circulation.text,
        "circulation": circulation,
        "terms": kind.told(proposal.scope, circulation.text.terms) if kind else [],
        "kind": kinds.label(proposal.kind),
        "scope": kinds.scope_name(proposal.kind, proposal.scope),
        "ends": words.moment_there(ends_at, circulation.zone),
        "calendar": words.CALENDARS[circulation.calendar],
        "extensions": [
            (one, words.moment_there(one.expires_at, circulation.zone))
            for one in circulation.extensions.order_by("order")
        ],
        "nations": [one.nation for one in mine],
        "objections": [(one, *words.VERDICTS[one.verdict]) for one in queries.heard_or_own(circulation, mine)],
        "outcome": outcome,
        "standing": _standing(circulation),
        "holds": evidence.holds(circulation) if outcome else None,
        "is_over": is_over,
        "may_break": bool(mine) and not is_over and proposal.state in (State.SILENT, State.BROKEN),
    }


def _standing(circulation: Circulation) -> tuple[str, Promise]:
    """How a circulation stands to those before whom it was put; what is drafted since is not theirs to see."""
    outcome = queries.outcome_of(circulation)
    return words.ENDINGS[outcome.ending] if outcome else words.STATES[State.SILENT]
