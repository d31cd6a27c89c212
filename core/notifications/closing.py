"""The last mail to somebody whose account is closed; what was told her in the product goes."""

from datetime import datetime

from core.notifications import services
from core.notifications.models import Message, OutboundMail
from core.people.models import User


def say(person: User, *, address: str, at: datetime) -> None:
    """Written to the former address; mails that were sent to it are emptied, messages are removed."""
    Message.objects.filter(reader=person).delete()
    sent = OutboundMail.objects.filter(recipient=address, state=OutboundMail.State.SENT)
    sent.update(recipient=f"{person.public_id}@closed.invalid", subject="", body="")
    services.write_from_template("account_closed", recipient=address, language=person.language, context={}, at=at)
