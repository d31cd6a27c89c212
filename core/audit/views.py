"""The auditor's page: search, read in sentences, export, verify."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from core import clock
from core.audit import forms, queries, sentences, services
from core.audit.models import AuditEvent
from core.exports import xlsx
from core.people import queries as people
from core.people import scopes
from core.people.requests import PersonRequest

Names = dict[str, str]
"""Names by public id or code."""

PER_PAGE = 50
EXPORTED_AT_MOST = 20_000
"""Rows of an export; the first sheet says when there would be more."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first broken link of a chain, in words."""

    chain: str
    position: int
    reason: str


class Trail(View):
    """The trail, newest first, narrowed by what the form asks for."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return render(request, "core/audit/trail.html", context(request, _things()))


class Verify(View):
    """Verify every chain, and say of each broken one where it breaks first."""

    def post(self, request: PersonRequest) -> HttpResponse:
        verdict = services.verify_on_demand(by=request.user)
        things = _things()
        found = [Broken(_chain_name(one.chain, things), one.position, sentences.reason(one)) for one in verdict.broken]
        told = context(request, things) | {"verified": verdict, "broken": found}
        return render(request, "core/audit/trail.html", told)


class Sheet(View):
    """What the page shows, as a workbook."""

    def get(self, request: PersonRequest) -> HttpResponse:
        things = _things()
        form = _form(request, things)
        events = queries.take(_events(request, form), EXPORTED_AT_MOST) if form.is_valid() else []
        names = _names(events, things)
        about = xlsx.About(
            title=_("Audit trail"),
            as_of=clock.today(),
            known_at=clock.now(),
            source=_("The product’s own audit trail; times in UTC."),
            remarks=_remarks(len(events)),
        )
        columns = [xlsx.Column(head, kind, width) for head, kind, width in _columns()]
        rows = [_row(sentences.tell(event, names)) for event in events]
        return xlsx.response(xlsx.workbook(about, [xlsx.Sheet(_("Events"), columns, rows)]), name="audit-trail")


def context(request: PersonRequest, things: Names) -> dict[str, Any]:
    """The page's values: the form, one page of events told, and what the reader may do."""
    form = _form(request, things)
    events = _events(request, form) if form.is_valid() else AuditEvent.objects.none()
    page = queries.page(events, cursor=request.GET.get("cursor", ""), size=PER_PAGE)
    names = _names(list(page.events), things)
    return {
        "form": form,
        "told": [sentences.tell(event, names) for event in page.events],
        "next_cursor": page.next_cursor,
        "is_first_page": not request.GET.get("cursor"),
        "searched": form.is_valid() and any(form.cleaned_data.values()),
        "may_verify": people.may_verify_audit(request.user),
        "sees_people": request.may_open("manage:person"),
    }


def _form(request: PersonRequest, things: Names) -> forms.SearchForm:
    chains = [(name, _chain_name(name, things)) for name in queries.chains_visible_to(request.user)]
    return forms.SearchForm(request.GET, chains=chains)


def _events(request: PersonRequest, form: forms.SearchForm) -> Any:
    asked = dict(form.cleaned_data)
    name = asked.pop("person")
    found = frozenset(people.ids_of_people_named(name)) if name else None
    return queries.search(request.user, queries.Wanted(people=found, **asked))


def _things() -> Names:
    """Names of everything that a role can be held over, by id: one query a kind, asked once a page."""
    return {ref: name for (_kind, ref), name in scopes.names(scopes.kinds()).items()}


def _names(events: list[AuditEvent], things: Names) -> Names:
    """Names of the people and things in some events, in one query for the people."""
    ids = sentences.ids_in(events)
    return {ref: things[ref] for ref in ids & things.keys()} | people.names_by_public_id(ids)


def _chain_name(name: str, things: Names) -> str:
    return _("General") if name == services.GENERAL else things.get(name, name)


def _columns() -> list[tuple[str, xlsx.Kind, int]]:
    text = xlsx.Kind.TEXT
    return [
        (_("Moment, UTC"), text, 22),
        (_("What happened"), text, 60),
        (_("Who"), text, 24),
        (_("Id of who"), text, 24),
        (_("Id of the thing"), text, 26),
        (_("Kind"), text, 24),
        (_("Before and after"), text, 50),
        (_("Request"), text, 18),
        (_("From address"), text, 16),
        (_("Chain"), text, 24),
        (_("Position"), xlsx.Kind.WHOLE, 10),
        (_("Digest"), text, 70),
    ]


def _row(told: sentences.Told) -> list[xlsx.Cell]:
    event = told.event
    changes = "; ".join(f"{one.label}: {one.before} → {one.after}" for one in told.changes)
    return [
        event.occurred_at.strftime("%Y-%m-%d %H:%M:%S"),
        told.sentence,
        told.actor,
        event.actor,
        event.subject,
        event.kind,
        changes,
        event.request_id,
        event.from_address or "",
        event.chain,
        event.position,
        event.digest,
    ]


def _remarks(count: int) -> list[str]:
    told = ngettext("%(count)s event, newest first.", "%(count)s events, newest first.", count) % {"count": count}
    if count < EXPORTED_AT_MOST:
        return [told]
    return [told, _("There are more. Narrow the days to export the rest.")]
