"""
Every variable that the product reads from its environment: named, typed and explained once.

In production a variable without a default must be given; a missing one stops the start and is named.
In demo and test each has a default that needs nothing on the machine.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent

LEAST_SECRET_LENGTH = 50
LEAST_SECRET_VARIETY = 10
"""How many different characters a secret has at least."""
PRINTED_SECRET = "not-a-secret-" + "x" * LEAST_SECRET_LENGTH
"""What demo and test sign with. Everybody can read it here, so production takes it for none."""


class Mode(StrEnum):
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class MissingVariable(Exception):
    """A variable that production needs is absent or unfit; the message names it."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was told. Addresses are URLs, durations are whole seconds."""

    mode: Mode
    secret_key: str
    """SECRET_KEY: signs sessions and links; at least fifty characters in production."""
    secret_key_fallbacks: tuple[str, ...]
    """SECRET_KEY_FALLBACKS: former keys, comma-separated, while a rotation lasts."""
    allowed_hosts: tuple[str, ...]
    """ALLOWED_HOSTS: exact host names, comma-separated; never a star."""
    database_url: str
    """DATABASE_URL: PostgreSQL as the application's role, which owns no table."""
    database_owner_url: str
    """DATABASE_OWNER_URL: the same database as the role that owns and migrates it; empty where nothing migrates."""
    redis_url: str
    """REDIS_URL: cache."""
    broker_url: str
    """CELERY_BROKER_URL: broker; REDIS_URL when it is not given."""
    mail_url: str
    """MAIL_URL: smtp://user:password@host:port or smtps://...; empty keeps mail in the product."""
    mail_from: str
    """MAIL_FROM: the sender of every mail."""
    site_url: str
    """SITE_URL: the address that mails link to."""
    trusted_proxies: int
    """TRUSTED_PROXIES: how many reverse proxies stand in front and may be believed."""
    clock_offset: timedelta
    """CLOCK_OFFSET_SECONDS: by how much the product's clock stands off; the demo only."""
    demo_dir: Path
    """DEMO_DIR: where the demo keeps its servers' files."""
    documents_folder: Path
    """DOCUMENTS_FOLDER: where uploaded files are kept; one folder that every web process and worker reads and writes."""
    clamav_address: str
    """CLAMAV_ADDRESS: tcp://host:port or unix:///path of ClamAV's daemon; empty where the product's own check is enough."""

    sign_up_is_open: bool
    """SIGN_UP: open or closed; whether start-ups make accounts of their own. Everybody else is invited either way."""

    @property
    def is_production(self) -> bool:
        return self.mode is Mode.PRODUCTION


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """Read and check the environment. Raises MissingVariable, which names the variable."""
    given = os.environ if variables is None else variables
    mode = _mode(given.get("ENVIRONMENT", Mode.DEMO))
    production = mode is Mode.PRODUCTION

    def need(name: str, default: str) -> str:
        value = given.get(name, "")
        if value:
            return value
        if production:
            raise MissingVariable(f"{name} is not set. Production needs it; see docs/operations.md.")
        return default

    redis_url = need("REDIS_URL", "")
    return Environment(
        mode=mode,
        secret_key=_secret("SECRET_KEY", need("SECRET_KEY", PRINTED_SECRET), production=production),
        secret_key_fallbacks=tuple(
            _secret("SECRET_KEY_FALLBACKS", former, production=production)
            for former in _listed(given.get("SECRET_KEY_FALLBACKS", ""))
        ),
        allowed_hosts=_hosts(need("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")),
        database_url=need("DATABASE_URL", "postgresql://fund_app@localhost/fund"),
        database_owner_url=given.get("DATABASE_OWNER_URL")
        or ("" if production or given.get("DATABASE_URL") else "postgresql://fund_owner@localhost/fund"),
        redis_url=redis_url,
        broker_url=given.get("CELERY_BROKER_URL", "") or redis_url,
        mail_url=need("MAIL_URL", ""),
        mail_from=need("MAIL_FROM", "Innovation Fund <no-reply@fund.example>"),
        site_url=_site(need("SITE_URL", f"http://localhost:{given.get('PORT', '8000')}"), production=production),
        trusted_proxies=_count("TRUSTED_PROXIES", need("TRUSTED_PROXIES", "0")),
        clock_offset=_clock_offset(given.get("CLOCK_OFFSET_SECONDS", "0"), production=production),
        demo_dir=(demo_dir := Path(given.get("DEMO_DIR") or BASE_DIR / ".demo")),
        documents_folder=Path(need("DOCUMENTS_FOLDER", str(demo_dir / "documents"))),
        clamav_address=_daemon(given.get("CLAMAV_ADDRESS", "")),
        sign_up_is_open=_is_open("SIGN_UP", given.get("SIGN_UP", "") or "open"),
    )


def database(url: str) -> dict[str, Any]:
    """Turn a postgresql:// URL into Django's form; ``?host=`` names a Unix socket's folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise MissingVariable(
            f"PostgreSQL is the only database: a URL that begins with {parts.scheme!r} cannot be used."
        )
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def _mode(value: str) -> Mode:
    try:
        return Mode(value)
    except ValueError:
        raise MissingVariable(f"ENVIRONMENT is {value!r}; it can be demo, test or production.") from None


def _secret(name: str, value: str, *, production: bool) -> str:
    """A former key opens as much as the present one, so it is held to the same."""
    is_weak = len(value) < LEAST_SECRET_LENGTH or len(set(value)) < LEAST_SECRET_VARIETY
    if production and (is_weak or value == PRINTED_SECRET):
        raise MissingVariable(f"{name} is too weak: it needs {LEAST_SECRET_LENGTH} random characters or more.")
    return value


def _site(value: str, *, production: bool) -> str:
    if production and not value.startswith("https://"):
        raise MissingVariable("SITE_URL must begin with https://: links in mails open accounts.")
    return value.rstrip("/")


def _daemon(value: str) -> str:
    if value and not value.startswith(("tcp://", "unix:///")):
        raise MissingVariable(f"CLAMAV_ADDRESS is {value!r}; it must begin with tcp:// or unix:///.")
    return value


def _is_open(name: str, value: str) -> bool:
    if value not in {"open", "closed"}:
        raise MissingVariable(f"{name} is {value!r}; it can be open or closed.")
    return value == "open"


def _hosts(value: str) -> tuple[str, ...]:
    hosts = _listed(value)
    if "*" in hosts:
        raise MissingVariable("ALLOWED_HOSTS may not contain a star: name the hosts.")
    return hosts


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _whole(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise MissingVariable(f"{name} is {value!r}; it must be a whole number.") from None


def _count(name: str, value: str) -> int:
    number = _whole(name, value)
    if number < 0:
        raise MissingVariable(f"{name} is {value!r}; it must be zero or more.")
    return number


def _clock_offset(value: str, *, production: bool) -> timedelta:
    seconds = _whole("CLOCK_OFFSET_SECONDS", value)
    if production and seconds:
        raise MissingVariable("CLOCK_OFFSET_SECONDS is for the demo; production runs on the real time.")
    return timedelta(seconds=seconds)
