"""What may not stand in the code at all, and the few places where one of it may."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "core", "portfolio", "accelerator", "demo")
PYTHON = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts
]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
TEXTS = [
    path
    for pattern in ("*.py", "*.md", "*.toml", "*.cfg", "*.yml", "*.sh", "*.js", "*.html", "Makefile", "*.txt")
    for path in sorted(ROOT.rglob(pattern))
    if not any(part.startswith(".") or part in {"staticfiles", "node_modules"} for part in path.relative_to(ROOT).parts)
]
SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a key of a cloud": r"\bAKIA[0-9A-Z]{16}\b",
    "a token of a forge": r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[A-Za-z0-9_-]{20}\b",
    "a token of a messenger": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a signed token": r"\beyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "a password in an address": r"\b[a-z]+://[^/\s:@'\"`]+:(?!password@)[^/\s@'\"`{}]{3,}@",
}
BANNED = {
    "markup that nobody escapes": (
        r"\bmark_safe\(",
        {"core/web/charts.py", "core/templatetags/pieces.py", "core/templatetags/admin_words.py"},
    ),
    "a form without its token": (r"csrf_exempt", {"core/clients/api.py"}),
    "a page without its policy": (r"csp_exempt|csp_update|csp_replace|xframe_options_exempt", set()),
    "a page kept for others": (r"cache_page|UpdateCacheMiddleware|FetchFromCacheMiddleware", set()),
    "SQL put together by hand": (
        r"\.raw\(|\.extra\(|RawSQL\(|execute\(f[\"']",
        {
            "accelerator/applications/sharing.py",
            "config/embedded/postgres.py",
            "core/clients/door.py",
            "core/jobs/queries.py",
            "core/jobs/services.py",
            "core/people/models.py",
        },
    ),
    "a question put together from outside": (r"(?:filter|exclude|annotate|order_by)\(\*{1,2}request", set()),
    "code from data": (r"\b(?:eval|exec)\(|\bpickle\b|yaml\.load\(|shell=True", set()),
    "every field of a form": (r"fields = [\"']__all__[\"']", set()),
    "a check that is silenced": (r"SILENCED_SYSTEM_CHECKS.*=\s*\[[^\]]", set()),
    "debugging": (r"DEBUG = True|breakpoint\(|import pdb", set()),
    "chance that can be foretold": (r"^import random|^from random", set()),
    "a weak digest": (r"hashlib\.(?:md5|sha1)\(", set()),
    "a certificate that nobody checks": (r"verify=False|CERT_NONE|_create_unverified_context", set()),
}


@pytest.mark.parametrize("kind", SECRETS)
def test_the_repository_holds_no_secret(kind):
    found = [str(path.relative_to(ROOT)) for path in TEXTS if re.search(SECRETS[kind], path.read_text())]

    assert [name for name in found if name != "tests/security/test_repository.py"] == []


@pytest.mark.parametrize("kind", BANNED)
def test_the_code_does_without(kind):
    pattern, allowed = BANNED[kind]

    found = {str(path.relative_to(ROOT)) for path in PYTHON if re.search(pattern, path.read_text(), re.MULTILINE)}

    assert found == allowed


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (r"\|\s*safe(?:seq)?\b", {"field_words.html"}),  # hints stand in code, some of them as lists
        (r"autoescape off", set()),
        (r"<script(?![^>]*\bsrc=)", set()),
        (r"<style|\sstyle=", set()),
        (r"\son[a-z]+=[\"']|javascript:", set()),
    ],
)
def test_no_template_lets_markup_through(pattern, allowed):
    assert {path.name for path in PAGES if re.search(pattern, path.read_text())} == allowed


def test_every_package_is_locked_by_its_digest():
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-embedded.txt"):
        lock = (ROOT / name).read_text().replace("\\\n", " ")
        packages = [line for line in lock.splitlines() if re.match(r"[A-Za-z0-9]", line)]

        assert packages
        assert [line.split()[0] for line in packages if "==" not in line or "--hash=sha256:" not in line] == []
