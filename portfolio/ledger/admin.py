"""The books in the web admin, to read and to check: each person sees those of her own funds."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock
from core.people.requests import PersonRequest
from core.web import numerals
from core.web.admin import ReadOnlyAdmin, Said, carry_out
from portfolio.ledger import chart, invariants, reading, services, subjects, words
from portfolio.ledger.invariants import Broken
from portfolio.ledger.models import Account, Book, ClosedPeriod, Entry, Posting

OWN_ONLY = admin.RelatedOnlyFieldListFilter


class OfOwnBooks(ReadOnlyAdmin):
    """Rows of the books that the person may read. ``to_book`` leads from a row to its book."""

    to_book = "book"

    @admin.display(boolean=True, description=_("Illustrative"))
    def illustrative(self, row: Any) -> bool:
        return bool(row.book.is_illustrative)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = reading.visible_to(cast(PersonRequest, request).user).values("pk")
        return super().get_queryset(request).filter(**{f"{self.to_book}__in": own})


class NamingSubjects(OfOwnBooks):
    """Rows that name what they are about: an Ally, a call, a holding, in place of its id. All of a page are asked at once."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        page = super().get_changelist_instance(request)
        known = subjects.names({one for row in page.result_list for one in self.subjects_of(row) if one})
        for row in page.result_list:
            row.known = known
        return page

    def subjects_of(self, row: Any) -> tuple[str, ...]:
        return (row.subject,)

    @admin.display(description=_("Subject"), ordering="subject")
    def named(self, row: Any) -> str:
        return _named(row, row.subject)


def _named(row: Any, subject: str) -> str:
    found = row.known.get(subject)
    return found.name if found else subject


def _side(row: Posting, account: Account) -> str:
    """The line of the chart, and whose."""
    return ", ".join(filter(None, (str(chart.LINES[account.code].name), _named(row, account.subject))))


@admin.register(Book)
class BookAdmin(OfOwnBooks):
    list_display = ("name", "currency", "length", "closed_through", "stopped_at", "is_illustrative")
    list_select_related = ("currency",)
    search_fields = ("name", "public_id")
    ordering = ("name", "pk")
    actions = ("check_the_books",)
    to_book = "pk"

    @admin.action(description=_("Check the books"))
    def check_the_books(self, request: HttpRequest, books: QuerySet[Book]) -> None:
        """Ask every invariant of each; a book that breaks one takes no entry until people have looked."""
        person = cast(PersonRequest, request).user

        def check(book: Book) -> Said:
            broken = services.check(book, by=person, at=clock.now())
            return _broken(book, broken) if broken else _held(book, invariants.remarked(book))

        carry_out(request, books.order_by("name", "pk"), check, name=str)


def _broken(book: Book, found: Sequence[Broken]) -> Said:
    said = _now("%(book)s: a check of the books failed. Posting is stopped until people have looked. %(rows)s")
    return messages.ERROR, said % {"book": book, "rows": _in_words(found)}


def _held(book: Book, remarks: Sequence[Broken]) -> Said:
    said = _now("%(book)s: every check of the books holds.") % {"book": book}
    if book.stopped_at:
        stopped = _now("Posting is still stopped: let it go on from the page of the ledger, once you know why.")
        return messages.WARNING, f"{said} {stopped}"
    if remarks:
        look = _now("Known better since. Posting goes on; people should look.")
        return messages.WARNING, f"{said} {look} {_in_words(remarks)}"
    return messages.SUCCESS, said


def _in_words(found: Sequence[Broken]) -> str:
    """What does not hold, each with up to ten of its rows."""
    told = [(invariants.words(one.name), [", ".join(map(str, row)) for row in one.rows]) for one in found]
    return " ".join(f"{name} {_now('Rows:')} {'; '.join(rows)}." for name, rows in told)


@admin.register(Account)
class AccountAdmin(NamingSubjects):
    list_display = ("code", "named", "currency", "book")
    list_select_related = ("book", "currency")
    list_filter = (("book", OWN_ONLY), "code")
    search_fields = ("code", "subject")
    ordering = ("code", "subject", "pk")
    in_words = {"code": chart.name}


@admin.register(Entry)
class EntryAdmin(NamingSubjects):
    list_display = ("number", "kind", "effective_on", "recorded_at", "named", "book", "illustrative")
    list_select_related = ("book",)
    list_filter = (("book", OWN_ONLY), "kind")
    search_fields = ("public_id", "subject", "memo")
    ordering = ("-number", "-pk")
    in_words = {"kind": words.kind}


@admin.register(Posting)
class PostingAdmin(NamingSubjects):
    list_display = (
        "entry",
        "debited",
        "credited",
        "exact_amount",
        "currency",
        "exact_fund_amount",
        "illustrative",
    )
    list_select_related = ("entry", "debit", "credit", "currency", "book")
    list_filter = (("book", OWN_ONLY),)
    search_fields = ("entry__public_id", "debit__subject", "credit__subject")
    ordering = ("-pk",)

    def subjects_of(self, row: Posting) -> tuple[str, ...]:
        return row.debit.subject, row.credit.subject

    @admin.display(description=_("Debit"), ordering="debit__code")
    def debited(self, posting: Posting) -> str:
        return _side(posting, posting.debit)

    @admin.display(description=_("Credit"), ordering="credit__code")
    def credited(self, posting: Posting) -> str:
        return _side(posting, posting.credit)

    @admin.display(description=_("Amount"), ordering="amount")
    def exact_amount(self, posting: Posting) -> str:
        return numerals.plain(posting.amount, 2)

    @admin.display(description=_("Amount in the fund’s currency"), ordering="fund_amount")
    def exact_fund_amount(self, posting: Posting) -> str:
        return numerals.plain(posting.fund_amount, 2)


@admin.register(ClosedPeriod)
class ClosedPeriodAdmin(OfOwnBooks):
    list_display = ("book", "starts_on", "ends_before", "closed_at", "last_number")
    list_select_related = ("book",)
    list_filter = (("book", OWN_ONLY),)
    ordering = ("-ends_before", "-pk")
