"""Public ids: random, with a prefix that tells what they name, for addresses, mails and files."""

import secrets
from functools import partial
from typing import Any

from django.db import models

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 16
"""Sixteen of thirty-two letters: eighty random bits. A public id is hard to guess, yet never a permission."""


def new(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"


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
