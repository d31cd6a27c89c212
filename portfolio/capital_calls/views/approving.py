"""Approving, issuing and cancelling: each on a page that says once more what is about to happen.

The pages ask for a second factor that is fresh, and are bound to the digest of what they show.
"""

from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.audit import sentences
from core.errors import Conflict, DomainError, Invalid, NotPermitted
from core.people.requests import PersonRequest
from portfolio.capital_calls import forms, gating, queries, reading, services
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.reading import Whole
from portfolio.capital_calls.rules import Act

FORBIDDEN, CONFLICT = 403, 409


class Confirm(View):
    """A step that is taken once its page was read. A refusal stands on the page, with what stands now."""

    act: ClassVar[Act]
    form: ClassVar[type[django_forms.Form]] = forms.ConfirmForm

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get_call(request.user, public_id), self.form())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_call(request.user, public_id)
        form = self.form(request.POST)
        if not form.is_valid():
            return self._page(request, call, form)
        try:
            said = self._take(request, call, form.cleaned_data)
        except (Conflict, Invalid, NotPermitted) as refusal:
            # The person who sent the page may be the one who changed the call since; it is read anew.
            return self._page(request, queries.get_call(request.user, public_id), form, refusal)
        messages.success(request, said)
        return redirect("portfolio:call", call.public_id)

    def _take(self, request: PersonRequest, call: CapitalCall, given: dict[str, Any]) -> str:
        """Call the service; return what to tell the person."""
        raise NotImplementedError

    def _page(
        self,
        request: PersonRequest,
        call: CapitalCall,
        form: django_forms.Form,
        refusal: DomainError | None = None,
    ) -> HttpResponse:
        whole = reading.whole(call, as_of=clock.today(), known_at=clock.now())
        standing = queries.refusal(request.user, call, self.act, on=clock.today())
        said = refusal or standing
        digest = queries.digest_of(call, whole.preview.parts)
        named = gating.names(whole.lines)
        context: dict[str, Any] = {
            "call": call,
            "illustrative": call.is_illustrative,
            "whole": whole,
            "purposes": [(one, named.get(one.line.company, "")) for one in whole.purposes],
            "gates": gating.standings(call.fund, whole.lines, on=clock.today()) if self.act is not Act.CANCEL else [],
            "form": form,
            "act": self.act.value,
            "refusal": str(said) if said else self._stands_against(whole),
            "may": standing is None and not self._stands_against(whole),
            "digest": digest,
            "digest_in_groups": sentences.in_groups(digest),
        }
        return render(request, "portfolio/calls/confirm.html", context, status=_status(said))

    def _stands_against(self, whole: Whole) -> str:
        """Why nobody could take the step, whoever asks."""
        return whole.preview.refusal


class Approve(Confirm):
    act = Act.APPROVE

    def _take(self, request: PersonRequest, call: CapitalCall, given: dict[str, Any]) -> str:
        services.approve(call, digest=given["digest"], by=request.user, at=clock.now())
        return _("Approved. The call can be issued now.")


class Issue(Confirm):
    act = Act.ISSUE

    def _take(self, request: PersonRequest, call: CapitalCall, given: dict[str, Any]) -> str:
        issued = services.issue(call, digest=given["digest"], by=request.user, on=clock.today(), at=clock.now())
        count = issued.notices.count()
        return _("Issued: %(count)s notices, and what each Ally owes is in the ledger.") % {"count": count}


class Cancel(Confirm):
    act = Act.CANCEL
    form = forms.CancelForm

    def _take(self, request: PersonRequest, call: CapitalCall, given: dict[str, Any]) -> str:
        services.cancel(call, because=given["because"], by=request.user, on=clock.today(), at=clock.now())
        return _("Cancelled.")

    def _stands_against(self, whole: Whole) -> str:
        return ""


def _status(refusal: DomainError | None) -> int:
    if refusal is None:
        return 200
    return FORBIDDEN if isinstance(refusal, NotPermitted) else CONFLICT
