"""Public ids: random, with a prefix that tells what they name, for addresses, mails and files."""

import secrets
from base64 import b32encode
from functools import partial
from typing import Any

from django.db import models

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
RANDOM_BYTES, LENGTH = 10, 16
"""Eighty random bits, in sixteen of thirty-two letters. A public id is hard to guess, yet never a permission."""
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)


def new(prefix: str) -> str:
    return f"{prefix}_{b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().translate(_LETTERS)}"


def is_drawn(public_id: str, prefix: str) -> bool:
    """Whether ``public_id`` has the form that ``new`` gives: a caller may draw it first and send it, to be safe to repeat."""
    begin, _, letters = public_id.partition("_")
    return begin == prefix and len(letters) == LENGTH and set(letters) <= set(ALPHABET)


class PublicIdField(models.CharField):
    """A unique, immutable id such as ``fund_7qk2m8c4...``."""

    def __init__(self, *args: Any, prefix: str = "", **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs |= {"max_length": 40, "unique": True, "editable": False, "default": partial(new, prefix)}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "unique", "editable", "default"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs | {"prefix": self.prefix}
