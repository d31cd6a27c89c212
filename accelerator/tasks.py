"""Gathers the background work of the accelerator's parts, so that every process knows its names."""

from accelerator.applications.tasks import bring
from accelerator.panels.tasks import release, start_releases
from accelerator.reviews.tasks import assign

__all__ = ("assign", "bring", "release", "start_releases")
