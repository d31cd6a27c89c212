"""The finance kernel against published figures, second methods and properties that must hold."""

import os

from hypothesis import settings

counts = settings(max_examples=3_000 if os.environ.get("FULL") else 100, deadline=None)
