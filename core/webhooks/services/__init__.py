"""The feed, endpoints, and sending: the only writers of this part."""

from core.webhooks.services.delivering import deliver
from core.webhooks.services.dispatching import dispatch
from core.webhooks.services.endpoints import change, disable, make, pause, replay, reseal, resume, rotate, test

__all__ = ("change", "deliver", "disable", "dispatch", "make", "pause", "replay", "reseal", "resume", "rotate", "test")
