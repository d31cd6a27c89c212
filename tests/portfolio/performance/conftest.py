"""The fund kept on paper, played once a file."""

from tests.pooled import db, kept, played, pool  # noqa: F401 -- fixtures of this folder
