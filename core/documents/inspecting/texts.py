"""CSV and plain text: UTF-8, UTF-16 with its mark, or Windows-1252; no signs that no text has."""

import codecs
from typing import BinaryIO

from core.documents.inspecting.refusals import Refused

NOT_IN_TEXT = frozenset(range(32)) - {0x09, 0x0A, 0x0C, 0x0D}
UNUSED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
"""Bytes that Windows-1252 gives to nothing."""


def inspect(file: BinaryIO, media: str) -> None:
    content = file.read()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _require_signs(_decoded(content, "utf-16"))
        return
    try:
        _require_signs(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        if UNUSED & set(content):
            raise Refused("not-text") from None
        _require_signs(content.decode("cp1252"))


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused("not-text") from None


def _require_signs(text: str) -> None:
    if any(ord(letter) in NOT_IN_TEXT for letter in set(text)):
        raise Refused("not-text")
