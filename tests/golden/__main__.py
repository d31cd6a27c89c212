"""``python -m tests.golden DIR [KIND ...]``: exits with 1 if a case fails."""

import sys
from pathlib import Path

from tests.golden import harness

VECTORS = Path(__file__).parent / "vectors"


def main(arguments: list[str]) -> int:
    """Kinds may come as separate words or as one word with spaces; without a folder, our own vectors are run."""
    folder, *kinds = arguments or [str(VECTORS)]
    outcome = harness.run(Path(folder), " ".join(kinds).split())
    sys.stdout.write("\n".join(outcome.lines()) + "\n")
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
