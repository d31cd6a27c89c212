"""Judging a file: by the product's inspector in a process of its own, then by ClamAV's daemon where there is one."""

import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from django.conf import settings

from core.documents import clamav, storage
from core.documents.inspecting.__main__ import ENGINE
from core.documents.words import REASONS

WALL_SECONDS = 20
MODULE = "core.documents.inspecting"
ENDED_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


class Away(Exception):
    """No answer could be had now; the file says nothing by that."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` is empty for clean. ``engines`` are those that looked, with their versions."""

    reason: str
    engines: str


def judge(key: str, media: str) -> Verdict:
    """Raises Away, and BytesMissing. What the inspector refuses the daemon is not asked about."""
    own = _own_engines()
    if reason := inspected(key, media):
        return Verdict(reason, own)
    if not settings.CLAMAV_ADDRESS:
        return Verdict("", own)
    try:
        with storage.open_to_read(key) as file:
            found = clamav.scan(file, settings.CLAMAV_ADDRESS)
    except (OSError, clamav.Unclear) as failure:
        raise Away(f"ClamAV: {type(failure).__name__}") from None
    return Verdict("infected" if found.is_infected else "", f"{own}; {found.engine}")


def inspected(key: str, media: str) -> str:
    """
    The code of a reason, or none. The process gets the file as its input and nothing of the product's secrets.

    One that breaks, or takes too much, refuses the file; one that was ended from outside, or that a busy machine hardly let
    compute, says nothing (Away).
    """
    with storage.open_to_read(key) as file:
        before = _seconds_of_children()
        try:
            child = subprocess.run(  # noqa: S603 -- our own module
                [sys.executable, "-m", MODULE, media],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env=_told(),
                start_new_session=True,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            if _seconds_of_children() - before < WALL_SECONDS / 2:
                raise Away("the machine is busy") from None
            return "too-complex"
    return _reason(child.stdout.decode(errors="replace"), child.returncode)


def _seconds_of_children() -> float:
    """Of computing, by all that this process started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told() -> dict[str, str]:
    """All that the inspector knows of its surroundings."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(settings.BASE_DIR),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }


def _reason(said: str, ended: int) -> str:
    if ended == 0 and said == "clean":
        return ""
    if ended == 0 and said in REASONS:
        return said
    if -ended in ENDED_FROM_OUTSIDE:
        raise Away("the inspector was ended from outside")
    return "too-complex" if -ended in (signal.SIGXCPU, signal.SIGSEGV) else "unreadable"


@cache
def _own_engines() -> str:
    return f"{ENGINE}, pypdf {version('pypdf')}, Pillow {version('pillow')}"
