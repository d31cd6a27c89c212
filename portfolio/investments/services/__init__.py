"""Opening holdings, buying, selling, writing off, and dealing with the funds in which the fund holds a stake."""

from portfolio.funds.services import SourceMissing
from portfolio.investments.services.opening import (
    BODIES,
    open_holding,
    open_holding_in_new,
)
from portfolio.investments.services.paying import (
    require_cash,
)
from portfolio.investments.services.refusals import (
    BeforeItsRound,
    HoldingStands,
    LessThanPaid,
    MoreThanIsHeld,
    NeedsReason,
    NotEnoughCash,
    OverStake,
    RoundStands,
    TooLittleLater,
    UnfitQuantity,
    ValuedMeanwhile,
    WrongKind,
)
from portfolio.investments.services.rounds import (
    record_round,
)
from portfolio.investments.services.shares import (
    buy,
    sell,
    write_off,
)
from portfolio.investments.services.stakes import (
    commit_to_stake,
    pay_stake,
    receive_from_stake,
)

__all__ = (
    "BODIES",
    "BeforeItsRound",
    "HoldingStands",
    "LessThanPaid",
    "MoreThanIsHeld",
    "NeedsReason",
    "NotEnoughCash",
    "OverStake",
    "RoundStands",
    "SourceMissing",
    "TooLittleLater",
    "UnfitQuantity",
    "ValuedMeanwhile",
    "WrongKind",
    "buy",
    "commit_to_stake",
    "open_holding",
    "open_holding_in_new",
    "pay_stake",
    "receive_from_stake",
    "record_round",
    "require_cash",
    "sell",
    "write_off",
)
