"""What the OAuth2 provider asks: which scopes a client has, and whether its secret holds."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

from oauth2_provider.models import Application
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from core import clock
from core.api import scopes
from core.clients import services
from core.clients.lifecycle import State
from core.clients.models import Client
from core.people import policy


class ScopesOfClients(BaseScopes):
    """A client gets the scopes that were approved for it, all of them where it names none."""

    def get_all_scopes(self) -> dict[str, str]:
        policy.table()  # the packages declare their scopes beside its rows
        return {one.code: str(one.label) for one in scopes.everything()}

    def get_available_scopes(
        self, application: Application | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        client = Client.objects.filter(application=application).first() if application else None
        return list(client.scopes) if client else []

    def get_default_scopes(
        self, application: Application | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return self.get_available_scopes(application, request)


class ClientValidator(OAuth2Validator):
    """Client credentials alone, with one of the secrets that hold, while the client is approved and not past its day."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        client_id, secret = _of_header(request) or (request.client_id or "", request.client_secret or "")
        request.client = None
        found = Client.objects.select_related("application").filter(public_id=client_id).first()
        is_held = services.holds(client_id, secret, at=clock.now())
        if found is None or not is_held or not is_in_use(found):
            return False
        request.client = found.application
        return True

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return False

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return grant_type == "client_credentials"


def is_in_use(client: Client) -> bool:
    return client.state == State.APPROVED and clock.today() <= client.expires_on


def _of_header(request: Any) -> tuple[str, str] | None:
    """The name and secret of HTTP Basic (RFC 6749, 2.3.1); None where there is no such header, or none that can be read."""
    kind, _space, told = (
        request.headers.get("HTTP_AUTHORIZATION") or request.headers.get("Authorization") or ""
    ).partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote_plus(name), unquote_plus(secret)) if colon else None
