"""Holdings: the list, one holding, the form that opens one, and those that record what happens to it."""

from portfolio.investments.views.opening import Open
from portfolio.investments.views.reading import Holding, Holdings, HoldingsWorkbook, HoldingWorkbook
from portfolio.investments.views.recording import (
    Buy,
    CommitToStake,
    PayStake,
    ReceiveFromStake,
    RecordRound,
    Sell,
    WriteOff,
)

__all__ = (
    "Buy",
    "CommitToStake",
    "Holding",
    "HoldingWorkbook",
    "Holdings",
    "HoldingsWorkbook",
    "Open",
    "PayStake",
    "ReceiveFromStake",
    "RecordRound",
    "Sell",
    "WriteOff",
)
