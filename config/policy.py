"""Who may open what others' packages bring: accounts, second factors, the frame of the web admin."""

from core.people import roles
from core.people.policy import ANYONE, READ, READ_WRITE, SIGNED_IN, WRITE, Row, of

VISITORS = (
    "account_login",
    "account_confirm_login_code",
    "account_logout",
    "account_signup",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_from_key",
    "mfa_authenticate",
    "mfa_login_webauthn",
)
WORD_TO_VISITORS = (
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "admin:login",
)
OWN_ACCOUNT = (
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
)
OWN_FACTORS = ("mfa_download_recovery_codes", "mfa_index", "mfa_list_webauthn", "mfa_view_recovery_codes")
NOBODY: frozenset[str] = frozenset()
STAFF = of(roles.STAFF)

ROWS = [
    *(Row(route, ANYONE, READ_WRITE) for route in VISITORS),
    *(Row(route, SIGNED_IN, READ_WRITE, objects="one's own account", before_factor=True) for route in OWN_ACCOUNT),
    *(Row(route, ANYONE, READ) for route in WORD_TO_VISITORS),
    *(Row(route, SIGNED_IN, READ, objects="one's own factors", before_factor=True) for route in OWN_FACTORS),
    Row("api_token", ANYONE, WRITE, objects="the client whose credentials are sent"),
    Row("admin:index", STAFF, READ, objects="models that the person may read", hidden=True),
    Row("admin:app_list", STAFF, READ, objects="models that the person may read", hidden=True),
    Row("admin:autocomplete", NOBODY, READ, hidden=True),
    Row("admin:jsi18n", STAFF, READ, hidden=True),
    Row("admin:logout", SIGNED_IN, WRITE),
    Row("admin:password_change", NOBODY, READ, hidden=True),
    Row("admin:password_change_done", NOBODY, READ, hidden=True),
    Row("admin:django.views.generic.base.RedirectView", NOBODY, READ, hidden=True),
    Row("admin:view_on_site", NOBODY, READ, hidden=True),
]
