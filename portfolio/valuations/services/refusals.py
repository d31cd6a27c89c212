"""What keeps a valuation from being opened, changed, submitted, approved or opened again."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.web import numerals


class NotAQuarterEnd(Invalid):
    code = "not_a_quarter_end"
    sentence = _("A valuation is made for the last day of a quarter that has ended. Choose such a day.")


class PolicyMissing(Conflict):
    code = "valuation_policy_missing"
    sentence = _("No valuation policy of the fund governs this quarter. Record one, then open the run.")


class PolicyIncomplete(Invalid):
    code = "valuation_policy_incomplete"
    sentence = _("A valuation policy has a version of its own and a text. Enter both.")


class OddRate(Conflict):
    """A rate is out of line with the one published before it."""

    code = "odd_rate"

    def __init__(self, currency: str, now: Decimal, before: Decimal) -> None:
        sentence = _(
            "The rate of {currency} is {now} for one euro and was {before} the day before. "
            "Correct the rate, or wait for the next one; no run was opened."
        )
        told = {"now": numerals.as_it_stands(now), "before": numerals.as_it_stands(before)}
        super().__init__(str(sentence).format(currency=currency, **told))


class SourceMissing(Invalid):
    code = "mark_source_missing"
    sentence = _("Say where the figure comes from: a mark has no input without a source.")


class ReasonMissing(Invalid):
    code = "mark_reason_missing"
    sentence = _("Say why, in a sentence: the committee reads it and the audit trail keeps it.")


class RelevanceMissing(Invalid):
    code = "mark_relevance_missing"
    sentence = _("Say with its day why the last round still tells what the company is worth at the end of the quarter.")


class AmountMissing(Invalid):
    code = "mark_amount_missing"
    sentence = _("Enter the amount in the currency of the holding, zero or more, with at most two decimal places.")


class NotBelowCost(Invalid):
    code = "mark_not_below_cost"

    def __init__(self, cost: Decimal) -> None:
        sentence = _("A write-down lies below cost, which is {cost}. Enter less, or choose another technique.")
        super().__init__(str(sentence).format(cost=numerals.plain(cost, 2)), field="amount")


class DatedOutside(Invalid):
    code = "mark_dated_outside"

    def __init__(self, quarter_end: date) -> None:
        sentence = _("The figure is dated after the quarter, which ended on {day}. Enter that day or an earlier one.")
        super().__init__(str(sentence).format(day=numerals.day(quarter_end)), field="dated")


class NoRound(Conflict):
    code = "mark_without_round"
    sentence = _("No purchase of shares in a round is recorded by then, so there is no last round to calibrate to.")


class WrongTechnique(Invalid):
    code = "mark_wrong_technique"
    sentence = _("A reported net asset value is of a stake in another fund; rounds are of companies.")


class AdjustedTooFar(Invalid):
    code = "mark_adjusted_too_far"
    sentence = _("An adjustment lies between -100 and 100 per cent.")


class ChangedSince(Conflict):
    code = "valuation_changed_since"
    sentence = _("The valuation was changed since the page was shown. Read it again, then approve what stands now.")


class MarksMissing(Conflict):
    code = "marks_missing"
    sentence = _("Not every holding has its mark yet. Wait for the job, then submit.")


class MarksFailed(Conflict):
    """Holdings of which no mark could be made; the log says why of each."""

    code = "marks_failed"

    def __init__(self, names: Sequence[str]) -> None:
        sentence = _("No mark could be made of: {names}. The others are written; what failed is tried again.")
        super().__init__(format_lazy(sentence, names=", ".join(names)))


class LaterVersion(Conflict):
    code = "later_version"
    sentence = _("The quarter was reopened already. Work in its latest version.")


class EditedMeanwhile(Conflict):
    code = "mark_edited_meanwhile"
    sentence = _("Somebody changed this mark meanwhile. Read it again, then enter your change anew.")
