"""Bytes on disk, under random names, in a folder that nothing but the product reads. No names of people's, no rows."""

import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

FOLDER_MODE, FILE_MODE = 0o700, 0o600
KEY = re.compile(r"[0-9a-f]{32}")


class BytesMissing(Exception):
    """A row says that there are bytes, and the folder has none."""


def new_key() -> str:
    return secrets.token_hex(16)


def create(key: str) -> BinaryIO:
    """A new file to write to, which only the product's own user may read."""
    path = path_of(key)
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb")


def settle(file: BinaryIO, key: str) -> None:
    """See that the bytes and their entry in the folder are on the disk: a row that commits names what outlasts a crash."""
    file.flush()
    os.fsync(file.fileno())
    folder = os.open(path_of(key).parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def open_to_read(key: str) -> BinaryIO:
    """Raises BytesMissing."""
    try:
        return path_of(key).open("rb")
    except FileNotFoundError:
        raise BytesMissing(key) from None


def delete(key: str) -> None:
    """Safe to repeat."""
    path_of(key).unlink(missing_ok=True)


def keys_older_than(seconds: float) -> Iterator[str]:
    """Keys of the files that were written longer ago than that, by the disk's own clock."""
    before = time.time() - seconds
    for path in sorted(folder().glob("??/*")):
        if KEY.fullmatch(path.name) and path.stat().st_mtime < before:
            yield path.name


def path_of(key: str) -> Path:
    if not KEY.fullmatch(key):
        raise ValueError("a key is thirty-two letters of the product's own drawing")
    return folder() / key[:2] / key


def folder() -> Path:
    """Made at its first use."""
    kept = Path(settings.DOCUMENTS_FOLDER)
    kept.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return kept
