"""Breaks each import contract by one line, in the copied tree that it is started in, and prints which contracts saw it.

It runs in a process of its own, since import-linter finds packages through the import system.
"""

import json
import sys
from contextlib import contextmanager
from pathlib import Path

from importlinter import configuration
from importlinter.application import use_cases

BREAKS = {
    "businesses": [
        ("portfolio/funds/services.py", "import accelerator.challenges.services"),
        ("accelerator/challenges/queries/programmes.py", "import portfolio.funds.queries"),
        ("core/money/value.py", "import portfolio.funds.models"),
        ("portfolio/funds/queries.py", "import demo.world"),
        ("core/clock.py", "import config.environment"),
    ],
    "core-parts": [
        ("core/nations/queries.py", "import core.notifications.services"),
        ("core/imports/reading.py", "import core.exports.xlsx"),
        ("core/errors.py", "import core.clock"),
        ("core/gossip/__init__.py", ""),
    ],
    "portfolio-parts": [
        ("portfolio/ledger/services.py", "import portfolio.funds.services"),
        ("portfolio/history/services/playing.py", "import portfolio.performance.queries"),
        ("portfolio/gossip/__init__.py", ""),
    ],
    "accelerator-parts": [
        ("accelerator/challenges/services/programmes.py", "import accelerator.cohorts.queries"),
        ("accelerator/milestones/services.py", "import accelerator.grants.queries"),
        ("accelerator/gossip/__init__.py", ""),
    ],
    "inside-a-part": [
        ("portfolio/funds/models.py", "import portfolio.funds.services"),
        ("portfolio/funds/queries.py", "import portfolio.funds.services"),
        ("core/people/rules.py", "import core.people.queries"),
        ("accelerator/cohorts/models.py", "import accelerator.cohorts.queries"),
    ],
    "edges": [
        ("portfolio/funds/services.py", "import core.audit.admin"),
        ("core/people/queries.py", "import core.notifications.tasks"),
        ("accelerator/cohorts/services/admitting.py", "import accelerator.dashboards.views"),
    ],
    "pure": [
        ("portfolio/finance/irr.py", "import django.conf"),
        ("portfolio/finance/cashflows.py", "import core.clock"),
        ("core/money/allocation.py", "import celery"),
    ],
    "clock": [
        ("portfolio/funds/services.py", "import core.clock"),
        ("accelerator/challenges/queries/programmes.py", "import random"),
    ],
    "demo": [
        ("demo/fund.py", "import portfolio.funds.models"),
        ("demo/people.py", "import core.people.factors"),
    ],
}


def main() -> None:
    sys.path.insert(0, str(Path.cwd()))
    configuration.configure()
    seen = [
        (contract, path, line, sees(contract, path, line)) for contract, lines in BREAKS.items() for path, line in lines
    ]
    sys.stdout.write(json.dumps({"kept": verdicts(), "seen": seen}))


def sees(contract: str, path: str, line: str) -> bool:
    """Whether the contract alone is broken once the line stands in the file."""
    with written(Path(path), line):
        return list(verdicts(contract).values()) == [False]


def verdicts(*contracts: str) -> dict[str, bool]:
    options = use_cases.read_user_options("pyproject.toml")
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, limit_to_contracts=contracts, cache_dir=".import_linter_cache")
    assert not report.invalid_contract_options, report.invalid_contract_options
    names = {one["name"]: one["id"] for one in options.contracts_options}
    return {names[contract.name]: check.kept for contract, check in report.get_contracts_and_checks()}


@contextmanager
def written(path: Path, line: str):
    before = path.read_text() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text((before or "") + f"\n{line}\n")
    yield
    if before is not None:
        path.write_text(before)
        return
    path.unlink()
    path.parent.rmdir()


if __name__ == "__main__":
    main()
