"""`make demo-reset`: remove the demo's data, if they are ours and nothing runs on them."""

import shutil
from pathlib import Path

from config import embedded
from config.supervisor import children
from config.supervisor.terminal import say

OURS = ("beat-schedule", "children.json", "clock.json", "documents", "logs", "postgres", "prepared", "redis")
"""What the demo writes. The lock file goes last; what else lies in the folder is not ours and stays."""


def run(folder: Path) -> int:
    """Raises CannotStart where the folder is not the demo's or is in use; then nothing is removed."""
    if not folder.exists() or not any(folder.iterdir()):
        say("There is nothing to reset. Start with: make demo")
        return 0
    if not embedded.is_ours(folder):
        raise embedded.CannotStart(f"{folder} was not made by the demo, so nothing was removed. Look at DEMO_DIR.")
    held = embedded.hold(folder, what="make demo-reset")
    try:
        children.end_left(folder)
        embedded.clear(held)
        _remove(folder)
    finally:
        held.release()
    say(f"The demo's data in {folder} are gone. Begin again with: make demo")
    return 0


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name.startswith(OURS):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "lock").unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
