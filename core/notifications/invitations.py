"""The mail that carries an invitation's link."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.notifications import services
from core.organisations import queries as organisations
from core.people import queries
from core.people.models import Invitation
from core.people.roles import ROLES, STARTUP_RIGHTS


def write(invitation: Invitation, *, token: str, at: datetime) -> None:
    """Write it in the language that the inviting person chose; the secret stands in this mail alone."""
    with translation.override(invitation.language):
        role = queries.role_name(invitation.role)
        rights = str(ROLES[invitation.role].description)
    context = {
        "name": invitation.name,
        "inviter": invitation.invited_by.name,
        "role": role,
        "organisation": organisations.name_of(invitation.scope_ref),
        "rights": rights,
        "expires_at": invitation.expires_at,
        "link": f"{settings.SITE_URL}{reverse('core:invitation', args=[token])}",
    }
    services.write_from_template(
        "invitation_to_organisation" if invitation.role in STARTUP_RIGHTS else "invitation",
        recipient=invitation.email,
        language=invitation.language,
        context=context,
        at=at,
    )
