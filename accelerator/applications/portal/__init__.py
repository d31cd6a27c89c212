"""What start-ups see and do: their applications, section by section, up to the receipt and what is asked afterwards."""

from accelerator.applications.portal.applications import Application, Begin, Home, TakeUp, Withdraw
from accelerator.applications.portal.clarifications import Clarification
from accelerator.applications.portal.sections import Attach, Compare, Files, Save, Section
from accelerator.applications.portal.sending import Check, Receipt, ReceiptPdf

__all__ = (
    "Application",
    "Attach",
    "Begin",
    "Check",
    "Clarification",
    "Compare",
    "Files",
    "Home",
    "Receipt",
    "ReceiptPdf",
    "Save",
    "Section",
    "TakeUp",
    "Withdraw",
)
