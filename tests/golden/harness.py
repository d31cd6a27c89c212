"""Runs the cases of a folder and says which failed."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.golden import compare
from tests.golden.adapters import ADAPTERS

REQUIRED = {"id", "kind", "inputs", "expected"}


@dataclass(slots=True)
class Outcome:
    """Passed and failed by kind, and a line for each failure."""

    passed: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def fail(self, kind: str, line: str) -> None:
        self.failed[kind] += 1
        self.failures.append(f"FAILED {kind} {line}")

    def lines(self) -> Iterator[str]:
        """The report; its last line counts all."""
        yield from self.failures
        for kind in sorted(self.passed | self.failed):
            yield f"{kind}: {self.passed[kind]} passed, {self.failed[kind]} failed"
        yield f"{self.passed.total()} passed, {self.failed.total()} failed"


def run(folder: Path, kinds: Iterable[str] = ()) -> Outcome:
    """Solve every case in the folder, or those of the kinds asked for. Nothing is skipped in silence.

    A kind without an adapter fails in each of its cases, and once where it was asked for and has none. A file that is
    no list of cases, and a folder without any case that was asked for, fail too.
    """
    asked = list(dict.fromkeys(kinds))
    outcome = Outcome()
    for name, case in _cases(folder, outcome):
        if not asked or case["kind"] in asked:
            _try(name, case, outcome)
    for kind in asked:
        if kind not in ADAPTERS and not outcome.failed[kind]:
            outcome.fail(kind, "has no adapter")
    if not outcome.passed and not outcome.failed:
        outcome.fail("cases", f"none found in {folder}")
    return outcome


def solve(case: dict[str, Any]) -> list[str]:
    """What is wrong with the product's answer to a case, in words."""
    adapter = ADAPTERS.get(case["kind"])
    if adapter is None:
        return ["has no adapter"]
    try:
        return compare.differences(case["expected"], adapter(case["inputs"]), case.get("tolerance"))
    except Exception as error:  # noqa: BLE001 -- any crash is a failure to report, not to stop at
        return [f"{type(error).__name__}: {error}"]


def _try(name: str, case: dict[str, Any], outcome: Outcome) -> None:
    wrong = solve(case)
    if wrong:
        outcome.fail(case["kind"], f"{name} {case['id']}: {'; '.join(wrong)}")
    else:
        outcome.passed[case["kind"]] += 1


def _cases(folder: Path, outcome: Outcome) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each well-formed case with the name of its file; what is not one is a failure of that file."""
    for path in sorted(folder.glob("*.json")):
        try:
            cases = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            outcome.fail("files", f"{path.name}: {error}")
            continue
        if not isinstance(cases, list):
            outcome.fail("files", f"{path.name}: no list of cases")
            continue
        for i, case in enumerate(cases):
            if isinstance(case, dict) and case.keys() >= REQUIRED and isinstance(case["kind"], str):
                yield path.name, case
            else:
                outcome.fail("files", f"{path.name}: item {i} is no case")
