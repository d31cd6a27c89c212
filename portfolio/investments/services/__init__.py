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
    RestsOnIt,
    RoundStands,
    SpentSince,
    TooLittleLater,
    UnfitQuantity,
    Valued,
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
from portfolio.investments.services.taking_back import (
    take_back_transaction,
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
    "RestsOnIt",
    "RoundStands",
    "SourceMissing",
    "SpentSince",
    "TooLittleLater",
    "UnfitQuantity",
    "Valued",
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
    "take_back_transaction",
    "write_off",
)
