"""The drawing of docs/architecture.md is enforced, and the enforcement is alive: every contract is broken on purpose."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = [contract["id"] for contract in OPTIONS["contracts"]]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    tree = tmp_path_factory.mktemp("tree")
    for package in OPTIONS["root_packages"]:
        shutil.copytree(ROOT / package, tree / package, ignore=lambda _folder, names: [n for n in names if _is_data(n)])
    shutil.copytree(ROOT / "tests" / "architecture", tree / "tests" / "architecture")
    shutil.copy(ROOT / "pyproject.toml", tree)
    command = [sys.executable, "tests/architecture/break_contracts.py"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def _is_data(name):
    return ("." in name and not name.endswith(".py")) or name == "__pycache__"


def test_every_contract_is_kept(report):
    assert report["kept"] == dict.fromkeys(CONTRACTS, True)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_line_that_breaks_the_contract_is_seen_by_it(report, contract):
    tried = [(path, line, seen) for broken, path, line, seen in report["seen"] if broken == contract]

    assert tried, f"nothing breaks {contract} on purpose: add a line to break_contracts.py"
    assert [f"{path}: {line}" for path, line, seen in tried if not seen] == []


def test_every_package_of_ours_is_under_contract():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - {"bench"} == set(OPTIONS["root_packages"])
