"""``make help`` tells of every command there is, on a machine on which nothing is set up."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


def test_help_lists_every_command_and_what_it_does(tmp_path):
    commands = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())
    (tmp_path / "Makefile").write_text(MAKEFILE)

    done = subprocess.run(["make", "help"], cwd=tmp_path, capture_output=True, text=True, check=True)

    told = dict(re.findall(r"^  make (\S+) +(\S.*)$", done.stdout, re.MULTILINE))
    assert set(told) == commands
    assert list(tmp_path.iterdir()) == [tmp_path / "Makefile"]


def test_check_is_lint_and_test():
    assert re.search(r"^check: lint test\b", MAKEFILE, re.MULTILINE)
