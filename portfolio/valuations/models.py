"""Valuation runs with what they pin, marks edition by edition, approvals of exactly what was shown, and marks computed again."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import append_only
from core.identity import PublicIdField
from core.web import numerals
from portfolio.valuations.lifecycle import FINISHED, State

NOTHING_ELSE_KNOWN = _(
    "When the run was opened nothing else was known to value it by: neither a round in which shares were bought that are "
    "still held, nor a reported net asset value. It stays at cost until there is one."
)


class ValuationPolicy(models.Model):
    """How a fund values its holdings from ``first_day`` on, and whether its runs open by themselves."""

    class Cadence(models.TextChoices):
        QUARTERLY = "quarterly", _("Every quarter")
        BY_HAND = "by_hand", _("Opened by hand")

    public_id = PublicIdField(prefix="policy")
    fund = models.ForeignKey("portfolio.Fund", on_delete=models.PROTECT, related_name="valuation_policies")
    version = models.CharField(max_length=20)
    first_day = models.DateField()
    """The first quarter end that it may govern."""
    cadence = models.CharField(max_length=10, choices=Cadence.choices, default=Cadence.QUARTERLY)
    text = models.TextField()
    is_illustrative = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "valuation policies"
        constraints = [
            models.UniqueConstraint(fields=["fund", "version"], name="valuation_policy_version_once"),
            models.CheckConstraint(condition=~Q(version="") & ~Q(text=""), name="valuation_policy_says_something"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return self.version


class ValuationRun(models.Model):
    """The valuation of every holding of a fund at the end of a quarter. A reopened quarter has a further version.

    ``rates`` are the euro reference rates that the run pins: code, units per euro, day observed and source. Nothing of a
    locked run changes any more.
    """

    public_id = PublicIdField(prefix="valuation")
    fund = models.ForeignKey("portfolio.Fund", on_delete=models.PROTECT, related_name="valuation_runs")
    quarter_end = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="later")
    """The locked version that this one was reopened from."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARING)
    rates = models.JSONField()
    policy_version = models.CharField(max_length=20)
    code_version = models.CharField(max_length=40)
    reason = models.CharField(max_length=300, blank=True)
    """Why the quarter was opened again; empty for the first version."""
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    locked_at = models.DateTimeField(null=True, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "quarter_end", "version"], name="valuation_run_version_once"),
            models.UniqueConstraint(
                fields=["fund", "quarter_end"], condition=~Q(state__in=sorted(FINISHED)), name="valuation_run_one_open"
            ),
            models.UniqueConstraint(
                fields=["fund", "quarter_end"], condition=Q(state=State.LOCKED), name="valuation_run_one_locked"
            ),
            models.CheckConstraint(
                condition=Q(version=1, supersedes__isnull=True) | (~Q(reason="") & Q(supersedes__isnull=False)),
                name="valuation_run_reopened_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(FINISHED), locked_at__isnull=False)
                | (~Q(state__in=sorted(FINISHED)) & Q(locked_at__isnull=True)),
                name="valuation_run_locked_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="valuation_run_submitted_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="locked_for_good",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["locked", "superseded"]),
                func=(
                    "IF OLD.state = 'locked' AND NEW.state = 'superseded' "
                    "AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN RETURN NEW; END IF; "
                    "RAISE EXCEPTION 'a locked run does not change: reopen it' USING ERRCODE = 'restrict_violation';"
                ),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{numerals.quarter(self.quarter_end)} v{self.version}"


class Mark(models.Model):
    """What a holding is worth by one technique: written once, a change is a further edition with its reason.

    ``local_value`` is in the holding's currency, ``value`` and ``cost`` in the fund's, both exact to the cent. ``inputs``
    are the figures from which the value can be computed again: name, value, source and day.
    """

    class Technique(models.TextChoices):
        LAST_ROUND = "last_round", _("Calibrated to the last round")
        REPORTED_NAV = "reported_nav", _("Last reported net asset value, rolled for flows")
        COST = "cost", _("At cost")
        WRITE_DOWN = "write_down", _("Written down")

    public_id = PublicIdField(prefix="mark")
    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="marks")
    holding = models.ForeignKey("portfolio.Holding", on_delete=models.PROTECT, related_name="marks")
    edition = models.PositiveSmallIntegerField(default=1)
    technique = models.CharField(max_length=12, choices=Technique.choices)
    local_value = models.DecimalField(max_digits=20, decimal_places=2)
    value = models.DecimalField(max_digits=20, decimal_places=2)
    cost = models.DecimalField(max_digits=20, decimal_places=2)
    level = models.PositiveSmallIntegerField(default=3)
    """Of the fair-value hierarchy of IFRS 13: 1 quoted, 2 observable, 3 not observable."""
    inputs = models.JSONField()
    relevance = models.CharField(max_length=400, blank=True)
    """Why what the technique starts from still says something on the last day of the quarter."""
    sensitivity = models.JSONField(default=list)
    """What the value would be if the main input were a tenth lower and a tenth higher: change and value."""
    reason = models.CharField(max_length=300, blank=True)
    known_at = models.DateTimeField()
    """The transactions known by then are in ``inputs`` and ``cost``; later ones are rolled."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(edition__gte=1), name="mark_edition_from_one"),
            models.UniqueConstraint(fields=["run", "holding", "edition"], name="mark_edition_once"),
            models.CheckConstraint(condition=Q(local_value__gte=0, value__gte=0), name="mark_not_negative"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="mark_level_of_three"),
            models.CheckConstraint(
                condition=~Q(technique="write_down") | ~Q(reason=""), name="mark_written_down_with_reason"
            ),
            models.CheckConstraint(condition=Q(edition=1) | ~Q(reason=""), name="mark_changed_with_reason"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="every_input_has_a_source",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF jsonb_array_length(NEW.inputs) = 0 OR EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.inputs) AS one "
                    "WHERE coalesce(btrim(one->>'source'), '') = '' OR coalesce(one->>'date', '') = '') THEN "
                    "RAISE EXCEPTION 'every input of a mark has a source and a date' USING ERRCODE = 'check_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="not_after_the_lock",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF (SELECT state FROM portfolio_valuationrun WHERE id = NEW.run_id) IN ('locked', 'superseded') THEN "
                    "RAISE EXCEPTION 'the run of this mark is locked' USING ERRCODE = 'restrict_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}: {numerals.plain(self.value, 2)}"

    @property
    def because(self) -> str:
        """Why it is what it is: in the words of whoever changed it, or what the job found of a holding that it left at cost."""
        return self.reason or (str(NOTHING_ELSE_KNOWN) if self.technique == self.Technique.COST else "")


class MarkApproval(models.Model):
    """A member of the committee signed what ``digest`` covers; ``signed`` is that, to name later what changed."""

    run = models.ForeignKey(ValuationRun, on_delete=models.PROTECT, related_name="approvals")
    digest = models.CharField(max_length=64)
    signed = models.JSONField()
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "digest", "by"], name="valuation_run_signed_once")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{numerals.day(self.at)} {self.digest[:8]}"


class MarkRecomputation(models.Model):
    """A mark computed again from its pinned inputs and rates, and what came out. Written once.

    Amounts are as in Mark. ``drifts`` where they differ from those of the mark.
    """

    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, related_name="recomputations")
    local_value = models.DecimalField(max_digits=20, decimal_places=2)
    value = models.DecimalField(max_digits=20, decimal_places=2)
    drifts = models.BooleanField()
    code_version = models.CharField(max_length=40)
    """The arithmetic that computed it."""
    at = models.DateTimeField()
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["mark", "-id"], name="recomputation_latest_of_a_mark")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.mark.public_id}: {numerals.plain(self.value, 2)}"

    @property
    def difference(self) -> Decimal:
        """What the stored value is short of; zero where it follows from its inputs. The mark is read with the row."""
        return self.value - self.mark.value


class ReportedNav(models.Model):
    """The net asset value of the fund's stake as the other fund's manager reported it. A correction is a further row.

    ``amount`` is in the holding's currency. It is evidence for a mark, and none by itself.
    """

    public_id = PublicIdField(prefix="nav")
    holding = models.ForeignKey("portfolio.Holding", on_delete=models.PROTECT, related_name="reported_navs")
    as_of = models.DateField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    source = models.CharField(max_length=200)
    """The report that says it, such as its title and date."""
    reported_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = "reported net asset value"
        constraints = [
            models.UniqueConstraint(fields=["holding", "as_of", "reported_at"], name="reported_nav_once_a_moment"),
            models.CheckConstraint(condition=Q(amount__gte=0) & ~Q(source=""), name="reported_nav_has_a_source"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{numerals.day(self.as_of)}: {numerals.plain(self.amount, 2)}"
