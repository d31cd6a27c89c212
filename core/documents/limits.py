"""How large, how many, how long (pure). Sizes are in bytes, and a megabyte is a million of them."""

from datetime import timedelta

MEGABYTE = 1_000_000

FILE_BYTES = 25 * MEGABYTE
SUBJECT_BYTES = 200 * MEGABYTE
SUBJECT_FILES = 60
QUOTA_BYTES = 600 * MEGABYTE
"""Of one organisation in any ``QUOTA_PERIOD``, whatever became of the files."""
QUOTA_PERIOD = timedelta(hours=24)

LONGEST_NAME = 150
CHUNK_BYTES = 256 * 1024
