"""What a partner system may be allowed to do: each scope once, in words, declared by the package that serves it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Domain(StrEnum):
    """The fund and the accelerator are separate domains of data; a few scopes fit both."""

    FUND = "fund"
    ACCELERATOR = "accelerator"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ApiScope:
    """``code`` is ``resource:verb``; ``label`` says what it opens."""

    code: str
    label: Promise
    domain: Domain


ANY = "any"
"""Stands in the policy table where any client may, whatever its scopes."""
_declared: dict[str, ApiScope] = {}


def declare(code: str, label: Promise, domain: Domain) -> str:
    """Make a scope known; called once, beside the rows of the policy table that ask for it."""
    if code in _declared:
        raise ValueError(f"the scope {code} is declared twice")
    _declared[code] = ApiScope(code, label, domain)
    return code


def everything() -> list[ApiScope]:
    return sorted(_declared.values(), key=lambda one: one.code)


def find(code: str) -> ApiScope | None:
    return _declared.get(code)


def fits(codes: Iterable[str], domain: Domain) -> bool:
    """Whether every one of the scopes is known and belongs to the domain."""
    return all((one := find(code)) is not None and one.domain in {domain, Domain.BOTH} for code in codes)
