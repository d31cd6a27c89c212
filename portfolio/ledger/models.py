"""Books, accounts, entries, postings, closed periods and the balances that each close leaves behind.

A posting moves an amount above zero from one account to another of the same book, so that every entry is balanced by
construction. Entries and postings are written once; a correction is a reversal. Their foreign keys have no index of
their own where another index begins with them, nor to currencies, which are never removed.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import append_only
from core.identity import PublicIdField
from core.web import numerals
from portfolio.ledger import chart

FIRST_DIGEST = "0" * 64


class Book(models.Model):
    """The books of one fund, kept in ``currency``. ``head`` and ``length`` are the chain's; every writer locks this row."""

    public_id = PublicIdField(prefix="book")
    name = models.CharField(max_length=120, unique=True)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default=FIRST_DIGEST)
    closed_through = models.DateField(null=True, blank=True)
    """The last day of the latest closed period: no entry may be effective on or before it."""
    stopped_at = models.DateTimeField(null=True, blank=True)
    """Set when an invariant was found broken: nothing is posted until people have looked."""
    stopped_because = models.TextField(blank=True)
    is_illustrative = models.BooleanField(default=False)
    """Whether amounts in these books are invented for demonstration, even where the fund itself is not."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_because="")
                | (Q(stopped_at__isnull=False) & ~Q(stopped_because="")),
                name="book_stopped_at_and_because_together",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="closed_stays_closed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__closed_through__lt=pgtrigger.F("old__closed_through"))
                | pgtrigger.Q(old__closed_through__isnull=False, new__closed_through__isnull=True),
                func="RAISE EXCEPTION 'a closed period stays closed' USING ERRCODE = 'restrict_violation';",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """A line of the chart in one currency, of one subject (public id) where the line has subjects. Written once."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=30)
    subject = models.CharField(max_length=40, blank=True)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "code", "subject", "currency"], name="account_once"),
            models.CheckConstraint(condition=Q(code__in=sorted(chart.LINES)), name="account_of_the_chart"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return " ".join(filter(None, (str(chart.LINES[self.code].name), self.subject, self.currency_id)))


class ClosedPeriod(models.Model):
    """A half-open span of days whose entries are final."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="closed_periods")
    starts_on = models.DateField(null=True, blank=True)
    """Empty for the first period, which reaches back to the beginning."""
    ends_before = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=40)
    """Public id of the person who closed it."""
    last_number = models.PositiveBigIntegerField()
    """Number of the book's last entry when it was closed."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "ends_before"], name="closed_period_once"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(starts_on__lt=F("ends_before")),
                name="closed_period_ends_after_it_starts",
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.book} {self.ends_before}"


class Entry(models.Model):
    """One thing that happened to the fund's money, with its postings."""

    public_id = PublicIdField(prefix="entry")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveBigIntegerField()
    key = models.CharField(max_length=120)
    """Idempotency: the same key posts once, however often it is asked."""
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=40, blank=True)
    """Public id of the call, receipt or transaction that caused it."""
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    adjusts = models.ForeignKey(
        ClosedPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments"
    )
    """The closed period that this entry, dated in an open one, puts right."""
    memo = models.CharField(max_length=200, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="entry_numbers_once"),
            models.UniqueConstraint(fields=["book", "key"], name="entry_key_once"),
            models.CheckConstraint(condition=~Q(key=""), name="entry_has_a_key"),
        ]
        indexes = [
            models.Index(fields=["book", "effective_on", "number"], name="entry_by_day"),
            models.Index(fields=["subject"], name="entry_by_subject"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="not_into_a_closed_period",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),
                func=(
                    "IF EXISTS (SELECT 1 FROM written w JOIN portfolio_book b ON b.id = w.book_id "
                    "WHERE w.effective_on <= b.closed_through) THEN "
                    "RAISE EXCEPTION 'the period is closed' USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {numerals.day(self.effective_on)}"


class Posting(models.Model):
    """``amount`` of ``currency`` from the credit to the debit account; ``fund_amount`` is the same in the book's currency.

    Amounts are above zero. A posting that only changes the value in fund currency stands in that currency against the
    exchange account. ``rate`` is units of ``currency`` for one unit of the book's, with its source.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits", db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits", db_index=False)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, db_index=False)
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    fund_amount = models.DecimalField(max_digits=20, decimal_places=2)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    rate_source = models.CharField(max_length=120, blank=True)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="posting_amount_above_zero"),
            models.CheckConstraint(condition=Q(fund_amount__gte=0), name="posting_fund_amount_not_negative"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="posting_rate_above_zero"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_between_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["book", "effective_on", "recorded_at"], name="posting_as_of"),
            models.Index(
                fields=["debit", "effective_on", "recorded_at"],
                include=["amount", "fund_amount"],
                name="posting_debits_as_of",
            ),
            models.Index(
                fields=["credit", "effective_on", "recorded_at"],
                include=["amount", "fund_amount"],
                name="posting_credits_as_of",
            ),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="within_one_book",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),
                func=(
                    "IF EXISTS (SELECT 1 FROM written w LEFT JOIN portfolio_entry e ON e.id = w.entry_id "
                    "LEFT JOIN portfolio_account d ON d.id = w.debit_id LEFT JOIN portfolio_account c ON c.id = w.credit_id "
                    "WHERE (w.book_id, d.book_id, c.book_id, w.effective_on, w.recorded_at, d.currency_id, c.currency_id) "
                    "IS DISTINCT FROM (e.book_id, e.book_id, e.book_id, e.effective_on, e.recorded_at, w.currency_id, "
                    "w.currency_id)) THEN "
                    "RAISE EXCEPTION 'a posting stays within the book, day and currency of its entry and accounts' "
                    "USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credit_id} → {self.debit_id}: {numerals.plain(self.amount, 2)} {self.currency_id}"


class ClosingBalance(models.Model):
    """The balance of an account at the end of a closed period, written with the close; it can always be rebuilt."""

    period = models.ForeignKey(ClosedPeriod, on_delete=models.PROTECT, related_name="balances")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    fund_amount = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "account"], name="closing_balance_once")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.period_id} {self.account_id}: {numerals.plain(self.amount, 2)}"


class Correction(models.Model):
    """What is said of a thing that was wrong: from ``effective_on`` on, and known from ``recorded_at`` on, it is taken back.

    The day is the thing's own; where that period is closed, the first open one. Written once.
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")
    """What offsets the entry of the thing in the books."""
    effective_on = models.DateField()
    reason = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
