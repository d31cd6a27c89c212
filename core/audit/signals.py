"""What parts above this one may want to act on, in the transaction of its cause."""

from django.dispatch import Signal

recorded = Signal()
"""Arguments: event, the row of the trail that was just written."""
