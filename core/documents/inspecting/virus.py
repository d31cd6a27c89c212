"""The one virus that the product knows by itself: the test file of EICAR, by which anybody can try the way of a refusal."""

from typing import BinaryIO

from core.documents.inspecting.refusals import Refused

SIGN = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!"
"""In two parts, so that no scanner takes this file for it."""
CHUNK_BYTES = 1024 * 1024


def inspect(file: BinaryIO) -> None:
    """Anywhere in the bytes, across the borders of chunks as well."""
    before = b""
    while chunk := file.read(CHUNK_BYTES):
        if SIGN in before + chunk:
            raise Refused("infected")
        before = chunk[-len(SIGN) :]
