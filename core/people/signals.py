"""What parts above this one may want to act on, in the transaction of its cause."""

from django.dispatch import Signal

invitation_written = Signal()
"""Arguments: invitation, token (the secret of its link, kept nowhere), at."""

account_closed = Signal()
"""Arguments: person, address (under which she was reached until now), at."""
