"""Who may open what others' packages bring: accounts, second factors, the frame of the web admin."""

from core.people import roles
from core.people.policy import ANYONE, READ, READ_WRITE, SIGNED_IN, Row, of

VISITORS = (
    "account_login",
    "account_confirm_login_code",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
)
OWN_ACCOUNT = (
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
)
STAFF = of(roles.STAFF)

ROWS = [
    *(Row(route, ANYONE, READ_WRITE) for route in VISITORS),
    *(Row(route, SIGNED_IN, READ_WRITE, objects="one's own account", before_factor=True) for route in OWN_ACCOUNT),
    Row("admin:index", STAFF, READ, objects="models that the person may read", hidden=True),
    Row("admin:app_list", STAFF, READ, objects="models that the person may read", hidden=True),
    Row("admin:autocomplete", STAFF, READ, objects="querysets of the admin", hidden=True),
    Row("admin:jsi18n", STAFF, READ, hidden=True),
    Row("admin:login", ANYONE, READ),
    Row("admin:logout", SIGNED_IN, READ_WRITE),
    Row("admin:password_change", frozenset(), READ, hidden=True),
    Row("admin:password_change_done", frozenset(), READ, hidden=True),
    Row("admin:<django.views.generic.base.RedirectView>", frozenset(), READ, hidden=True),
    Row("admin:view_on_site", frozenset(), READ, hidden=True),
]
