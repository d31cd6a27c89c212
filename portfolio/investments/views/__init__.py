"""Holdings: the list, one holding, and the forms that record what happens to it."""

from portfolio.investments.views.reading import Holding, Holdings, HoldingsWorkbook, HoldingWorkbook
from portfolio.investments.views.recording import Buy, PayStake, ReceiveFromStake, Sell, WriteOff

__all__ = (
    "Buy",
    "Holding",
    "HoldingWorkbook",
    "Holdings",
    "HoldingsWorkbook",
    "PayStake",
    "ReceiveFromStake",
    "Sell",
    "WriteOff",
)
