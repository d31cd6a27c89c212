"""The books: trial balance, entries, one entry, the check of the invariants, and closing a period."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.exports import xlsx
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web import asof, numerals, tables
from core.web.forms import take
from portfolio.ledger import correcting, forms, invariants, queries, reading, services, words, workbooks
from portfolio.ledger.models import Book
from portfolio.ledger.models import Entry as Posted

GROUP = 8
EXPORTED_AT_MOST = 20_000
"""Entries of one workbook; its first sheet says when there would be more."""
CONFLICT = 409


class TrialBalance(View):
    """Every account that is not empty, as of a day and as known on a moment."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return render(request, "portfolio/ledger/trial.html", _trial(request))


class TrialBalanceWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        book = _book(request)
        found = reading.trial(book, as_of=point.as_of, known_at=point.known_at)
        content = workbooks.trial(book, found, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"trial-balance-{point.as_of.isoformat()}")


class PeriodsWorkbook(View):
    """The closed periods with the balances that each left."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        book = _book(request)
        found = reading.closed(book, as_of=point.as_of, known_at=point.known_at)
        content = workbooks.periods(book, found, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"closed-periods-{point.as_of.isoformat()}")


class Check(View):
    """Ask every invariant of the books, and say which rows break one and which people should look at."""

    def post(self, request: PersonRequest) -> HttpResponse:
        book = _book(request)
        broken = services.check(book, by=request.user, at=clock.now())
        checked = {
            "checked": True,
            "broken": [(invariants.words(one.name), one.rows) for one in broken],
            "remarks": [(invariants.words(one.name), one.rows) for one in invariants.remarked(book)],
            "invariants": len(invariants.every()),
        }
        return render(request, "portfolio/ledger/trial.html", _trial(request) | checked)


class Release(View):
    """Let posting to books that were stopped go on. It asks for a fresh second factor."""

    def post(self, request: PersonRequest) -> HttpResponse:
        book = _book_to_close(request)
        try:
            services.release(book, by=request.user)
        except Conflict as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Posting to the books of %(fund)s goes on.") % {"fund": book.fund.name})
        return redirect(f"{reverse('portfolio:ledger')}?fund={book.fund.public_id}")


class Close(View):
    """Close the books to a day. It asks for a fresh second factor: it cannot be undone."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, _book_to_close(request), forms.CloseForm())

    def post(self, request: PersonRequest) -> HttpResponse:
        book, form = _book_to_close(request), forms.CloseForm(request.POST)
        if not form.is_valid():
            return self._page(request, book, form)
        through = form.cleaned_data["through"]
        try:
            services.close(book, through=through, today=clock.today(), by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, book, form)
        messages.success(request, _("The books are closed to %(day)s.") % {"day": numerals.day(through)})
        return redirect(f"{reverse('portfolio:ledger')}?fund={book.fund.public_id}")

    def _page(self, request: PersonRequest, book: Book, form: forms.CloseForm) -> HttpResponse:
        periods = book.closed_periods.order_by("-ends_before", "-pk")
        return render(request, "portfolio/ledger/close.html", {"book": book, "form": form, "periods": periods})


class Entries(View):
    """The entries, newest first, narrowed by account, kind and days."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        book, books = reading.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {"point": point, "book": book, **_funds(book, books)}
        if book:
            form = forms.SearchForm(request.GET, kinds=reading.kinds(book))
            found = reading.search(book, form.wanted(), as_of=point.as_of, known_at=point.known_at)
            pages = tables.paginate(request, found)
            told = [(one, words.kind(one.entry.kind)) for one in reading.tell(pages.page.object_list)]
            context |= {"form": form, "pages": pages, "told": told}
        return render(request, "portfolio/ledger/entries.html", context)


class EntriesWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        book = _book(request)
        form = forms.SearchForm(request.GET, kinds=reading.kinds(book))
        found = reading.search(book, form.wanted(), as_of=point.as_of, known_at=point.known_at)
        content = workbooks.entries(
            book, found[:EXPORTED_AT_MOST], limit=EXPORTED_AT_MOST, as_of=point.as_of, known_at=point.known_at
        )
        return xlsx.response(content, name=f"entries-{point.as_of.isoformat()}")


class Entry(View):
    """One entry with its postings in both currencies and its place in the chain."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        entry = reading.get_entry(request.user, public_id)
        postings = reading.postings(entry)
        names = reading.names_of(postings, entry.subject)
        context: dict[str, Any] = {
            "point": point,
            "entry": entry,
            "book": entry.book,
            "kind": words.kind(entry.kind),
            "subject": names.get(entry.subject),
            "rows": [workbooks.posting_in_words(row, names) for row in postings],
            "total": sum(row.fund_amount for row in postings),
            "digest": _in_groups(entry.digest),
            "previous": _in_groups(entry.previous),
            "digest_holds": reading.digest_holds(entry, postings),
            "reversed_by": getattr(entry, "reversed_by", None),
            "may_take_back": point.is_now and correcting.is_open_to(request.user, entry),
        }
        return render(request, "portfolio/ledger/entry.html", context)


class TakeBack(View):
    """Take an entry back once its page was read. It asks for a fresh second factor; a refusal stands on the page."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        entry = _entry_to_take_back(request, public_id)
        return self._page(request, entry, forms.TakeBackForm(), correcting.refusal(entry))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        entry, form = _entry_to_take_back(request, public_id), forms.TakeBackForm(request.POST)
        if not form.is_valid():
            return self._page(request, entry, form, correcting.refusal(entry))
        try:
            way = correcting.way_of(entry)
            reversal = way.take_back(entry, because=form.cleaned_data["because"], by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            return self._page(request, entry, form, refusal)
        messages.success(
            request,
            _("Entry %(number)s is taken back. This entry offsets it.") % {"number": numerals.plain(entry.number, 0)},
        )
        return redirect("portfolio:entry", reversal.public_id)

    def _page(
        self, request: PersonRequest, entry: Posted, form: forms.TakeBackForm, refusal: DomainError | None
    ) -> HttpResponse:
        postings = reading.postings(entry)
        names = reading.names_of(postings)
        falls_on = queries.day_of_correction(entry.book, entry.effective_on)
        context: dict[str, Any] = {
            "entry": entry,
            "book": entry.book,
            "kind": words.kind(entry.kind),
            "rows": [workbooks.posting_in_words(row, names) for row in postings],
            "form": form,
            "refusal": str(refusal) if refusal else "",
            "may": correcting.refusal(entry) is None,
            "follows": correcting.follows(entry),
            "named": correcting.names(entry) if correcting.refusal(entry) is None else [],
            "falls_on": falls_on,
            "is_closed": falls_on != entry.effective_on,
        }
        return render(request, "portfolio/ledger/take_back.html", context, status=CONFLICT if refusal else 200)


def _trial(request: PersonRequest) -> dict[str, Any]:
    point = asof.read_or_today(request, today=clock.today(), now=clock.now())
    book, books = reading.choose(request.user, request.GET.get("fund", ""))
    context: dict[str, Any] = {"point": point, "book": book, **_funds(book, books)}
    if book:
        may_close = people_rules.may(request.user, Permission.LEDGER_CLOSE, book.fund.public_id)
        may_pay = people_rules.may(request.user, Permission.INVESTMENT_RECORD, book.fund.public_id)
        context |= {
            "trial": reading.trial(book, as_of=point.as_of, known_at=point.known_at),
            "may_close": may_close and point.is_now,
            "may_pay": may_pay and point.is_now,
            "may_check": point.is_now,
        }
    return context


def _funds(book: Book | None, books: list[Book]) -> dict[str, Any]:
    return {"fund": book.fund if book else None, "funds": [one.fund for one in books]}


def _book(request: PersonRequest) -> Book:
    """The books of the fund asked for. Raises NotFound where there are none."""
    book, _books = reading.choose(request.user, request.GET.get("fund", ""))
    if book is None:
        raise NotFound
    return book


def _book_to_close(request: PersonRequest) -> Book:
    """The ledger itself asks nobody: who may close is decided here. Raises NotPermitted."""
    book = _book(request)
    people_rules.require(request.user, Permission.LEDGER_CLOSE, book.fund.public_id)
    return book


def _entry_to_take_back(request: PersonRequest, public_id: str) -> Posted:
    """The entry, to somebody who may take back what it stands for. Raises NotFound, NotPermitted."""
    entry = reading.get_entry(request.user, public_id)
    people_rules.require(request.user, correcting.permission(entry), entry.book.fund.public_id)
    return entry


def _in_groups(digest: str) -> str:
    return " ".join(digest[start : start + GROUP] for start in range(0, len(digest), GROUP))
