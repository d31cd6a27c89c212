"""Settings of every mode; what differs comes from config.environment."""

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import environment, logging

try:
    ENV = environment.read()
except environment.MissingVariable as missing:
    raise ImproperlyConfigured(str(missing)) from None

BASE_DIR = environment.BASE_DIR
MODE = ENV.mode.value
PRODUCTION = ENV.is_production
DEMO = ENV.mode is environment.Mode.DEMO
DEBUG = False
SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = list(ENV.secret_key_fallbacks)
ALLOWED_HOSTS = list(ENV.allowed_hosts)
SITE_URL = ENV.site_url

INSTALLED_APPS = [
    "core.apps.CoreConfig",
    "portfolio.apps.PortfolioConfig",
    "accelerator.apps.AcceleratorConfig",
    *(["demo.apps.DemoConfig"] if not PRODUCTION else []),
    "core.apps.AdminSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "csp",
    "django_htmx",
    "django_structlog",
    "rest_framework",
    "oauth2_provider",
]

MIDDLEWARE = [
    "core.web.health.HealthMiddleware",
    "core.web.requests.ArrivalMiddleware",
    "core.web.requests.RequestIdMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.web.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.web.requests.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.web.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.web.domain_errors.DomainErrorMiddleware",
    "core.people.middleware.SessionLimitMiddleware",
    "core.people.middleware.PolicyMiddleware",
    "core.clients.door.ClientDoorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "core.people.context.shell",
            ],
        },
    }
]

# Two roles: the application serves as one that owns nothing, the owner migrates. What only serves is not told of the owner.
DATABASES = {
    "default": {**environment.database(ENV.database_url), "CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True},
}
if ENV.database_owner_url:
    DATABASES["owner"] = environment.database(ENV.database_owner_url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "core.web.cache.RedisOrLocalCache", "LOCATION": ENV.redis_url}
    if ENV.redis_url
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Sign-in ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "core:home"
LOGOUT_REDIRECT_URL = "core:home"
SIGN_UP_IS_OPEN = ENV.sign_up_is_open
ACCOUNT_ADAPTER = "core.notifications.accounts.AccountAdapter"
MFA_ADAPTER = "core.people.factors.SecondFactorAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {"signup": "core.people.sign_up.SignUpForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
"""Whoever opens the link in the browser that asked for the account is signed in with it; elsewhere the password is asked."""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_TIMEOUT = 900
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/15m/key",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/3m/key",
    "signup": "20/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxies
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Innovation Fund"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "core.people.factor_forms.AuthenticateForm",
    "reauthenticate": "core.people.factor_forms.ReauthenticateForm",
    "login_webauthn": "core.people.factor_forms.LoginWebAuthnForm",
    "authenticate_webauthn": "core.people.factor_forms.AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": "core.people.factor_forms.ReauthenticateWebAuthnForm",
    "add_webauthn": "core.people.factor_forms.AddWebAuthnForm",
    "edit_webauthn": "core.people.factor_forms.EditWebAuthnForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# Sessions: in the database, so that sign-in works while Redis is away.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_LIMIT = timedelta(minutes=30)
SESSION_IDLE_LIMIT_PORTAL = timedelta(hours=4)
SESSION_ABSOLUTE_LIMIT = timedelta(hours=12)
SESSION_WARNING = timedelta(minutes=2)
"""How long before the end a page says so and offers to stay (WCAG 2.2, 2.2.1)."""
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_HTTPONLY = True
SIGNED_COOKIE_LEGACY_SALT_FALLBACK = False
"""A signature made for one cookie opens no other (CVE-2026-6873)."""
CSRF_FAILURE_VIEW = "core.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if PRODUCTION else []

# Browser ------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^api/"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxies else None
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000  # two of each application, where a selection of a long list is proposed
REQUEST_BODY_LIMIT = 30 * 1024 * 1024
"""The largest request body in bytes, files included."""

DOCUMENTS_FOLDER = ENV.documents_folder
CLAMAV_ADDRESS = ENV.clamav_address

# Languages, time ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "packages"]
USE_I18N = True
FORMAT_MODULE_PATH = ["core.web.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
FUND_TIME_ZONE = "Europe/Luxembourg"
CLOCK_OFFSET = ENV.clock_offset

# Files --------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
FORM_RENDERER = "core.web.forms.Renderer"

# Mail: written to the outbox in the transaction of its cause, sent by a worker ---------------------
KEEP_SENT_MAIL = not PRODUCTION
DEFAULT_FROM_EMAIL = ENV.mail_from
SERVER_EMAIL = parseaddr(ENV.mail_from)[1]
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if ENV.mail_url else "django.core.mail.backends.dummy.EmailBackend"
)
if ENV.mail_url:
    _mail = urlsplit(ENV.mail_url)
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = _mail.scheme == "smtp"
    EMAIL_TIMEOUT = 20

# Partner systems ----------------------------------------------------------------------------------
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "core.clients.provider.ClientValidator",
    "SCOPES_BACKEND_CLASS": "core.clients.provider.ScopesOfClients",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 900,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 14 * 24 * 3600,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "PKCE_REQUIRED": True,
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["client_credentials"],
    **{
        f"COMPLIANT_BCP_RFC9700_{rule}": True
        for rule in (
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "TOKEN_STORAGE",
            "REFRESH_TOKEN",
            "REDIRECT_URI_SCHEME",
            "REDIRECT_URI_MATCHING",
            "PKCE_REQUIRED",
        )
    },
}
REST_FRAMEWORK: dict[str, object] = {"UNAUTHENTICATED_USER": None, "COERCE_DECIMAL_TO_STRING": True}
SPECTACULAR_SETTINGS = {
    "TITLE": "Innovation Fund",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Sets of values that several shapes share, by the name that the contract gives them.
    "ENUM_NAME_OVERRIDES": {
        "JobOutStateEnum": ["queued", "running", "done", "failed", "dead", "discarded"],
        "ApplicationStateEnum": ["draft", "submitted", "withdrawn"],
        "DocumentStateEnum": ["quarantined", "scanning", "clean", "refused"],
        "ParticipationStateEnum": ["phase-1", "phase-2", "left", "alumni"],
    },
    "PREPROCESSING_HOOKS": ["core.clients.contract.only_the_interface"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.clients.contract.with_scopes_and_limits",
    ],
}

# Background work ----------------------------------------------------------------------------------
CELERY_BROKER_URL = ENV.broker_url or "memory://"

POLICY_MODULES = [
    "config.policy",
    "core.policy",
    "portfolio.policy",
    "accelerator.policy",
    *(["demo.policy"] if not PRODUCTION else []),
]

LOGGING_CONFIG = None
logging.configure(production=PRODUCTION)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "public_id"
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
"""What comes from upstream is our own RequestIdMiddleware's, so log, audit and mail name the id that the page shows."""

SILENCED_SYSTEM_CHECKS: list[str] = []
