"""Gathers the background work of the accelerator's parts, so that every process knows its names."""

from accelerator.panels.tasks import release, start_releases

__all__ = ("release", "start_releases")
