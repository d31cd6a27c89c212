"""No pattern of ours can be kept busy by whoever writes what it reads."""

import re
import sys
import time

import pytest

from core.people import policy

LENGTH = 50_000
SOON_SECONDS = 0.5
"""Generous: each takes a few thousandths where the machine is idle, and a pattern that runs away takes hours."""
PACKAGES = ("config.", "core.", "portfolio.", "accelerator.", "demo.")
ADVERSARIES = [
    unit * (LENGTH // len(unit)) + "!"
    for unit in (
        "a",
        "0",
        "-",
        "_",
        " ",
        "{",
        "/invitation/",
        "/reset/key/",
        "a_",
        "0-",
        "A",
        "aA0",
        "\n",
        "é",
        "{a",
        "_0",
    )
]


def patterns():
    policy.table()  # so that every package is there
    found = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith(PACKAGES):
            for word, value in vars(module).items():
                if isinstance(value, re.Pattern):
                    found[f"{name}.{word}"] = value
    return found


PATTERNS = patterns()


def test_there_are_patterns_to_try():
    assert "core.web.requests.FIT_ID" in PATTERNS
    assert "config.logging.SECRET_LINKS" in PATTERNS


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_reads_on(name):
    pattern, slowest = PATTERNS[name], 0.0
    for text in ADVERSARIES:
        begun = time.process_time()
        given, nothing = (text.encode(), b"") if isinstance(pattern.pattern, bytes) else (text, "")
        pattern.search(given)
        pattern.fullmatch(given)
        pattern.sub(nothing, given)
        slowest = max(slowest, time.process_time() - begun)

    assert slowest < SOON_SECONDS


def test_a_pattern_that_runs_away_would_be_found():
    begun = time.process_time()

    re.fullmatch(r"(a+)+b", "a" * 24)

    assert time.process_time() - begun > 0.05
