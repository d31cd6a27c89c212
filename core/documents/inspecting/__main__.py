"""``python -m core.documents.inspecting pdf`` reads a file from its standard input and says why it is refused, if it is."""

import os
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
ENGINE = "inspector 1"
BEHIND = 10
"""By so much it stands back: in the rush before a deadline whoever waits for a page goes first."""
INSPECTORS = {
    "pdf": "pdf",
    "docx": "office",
    "xlsx": "office",
    "pptx": "office",
    "png": "images",
    "jpg": "images",
    "csv": "texts",
    "txt": "texts",
    "zip": "archives",
}


def main(arguments: list[str]) -> int:
    """One line: ``clean``, or the code of a reason. A process that ends otherwise has said nothing."""
    _limit()
    (media,) = arguments
    with os.fdopen(os.dup(0), "rb") as file:
        try:
            said = _reason(file, media) or "clean"
        except (MemoryError, RecursionError):
            said = "too-complex"
    os.write(1, said.encode())
    return 0


def _limit() -> None:
    """Before anything of the file is read: behind others, memory, time, no file written, no process started."""
    os.nice(BEHIND)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _reason(file: BinaryIO, media: str) -> str:
    """A file that its parser does not understand is damaged, whatever it stumbled over."""
    from core.documents.inspecting import virus  # noqa: PLC0415 -- after the limits
    from core.documents.inspecting.refusals import Refused  # noqa: PLC0415 -- after the limits

    try:
        virus.inspect(file)
        file.seek(0)
        _inspector(media)(file, media)
    except Refused as refusal:
        return refusal.reason
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 -- what a hostile file makes a parser raise is not known beforehand
        return "unreadable"
    return ""


def _inspector(media: str) -> Callable[[BinaryIO, str], None]:
    """Only the parser that is needed is loaded."""
    found: Callable[[BinaryIO, str], None] = import_module(f"core.documents.inspecting.{INSPECTORS[media]}").inspect
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
