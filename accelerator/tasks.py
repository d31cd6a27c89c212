"""Gathers the background work of the accelerator's parts, so that every process knows its names."""

from accelerator.applications.tasks import bring

__all__ = ("bring",)
