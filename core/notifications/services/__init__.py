"""Mail, messages in the product, and reminders: the only writers of this part."""

from core.notifications.services.mail import send_waiting, write, write_from_template
from core.notifications.services.messages import mark_read, tell
from core.notifications.services.reminders import remind, start_reminding

__all__ = (
    "mark_read",
    "remind",
    "send_waiting",
    "start_reminding",
    "tell",
    "write",
    "write_from_template",
)
