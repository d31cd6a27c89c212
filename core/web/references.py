"""The references behind a published figure, one by one: what can be followed becomes a link, the rest is text (pure)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from core.web import sources


@dataclass(frozen=True, slots=True)
class Reference:
    """``address`` is empty where there is nothing to follow; ``remark`` is what stood behind the address."""

    label: str
    address: str = ""
    remark: str = ""


def split(text: str) -> list[Reference]:
    """The parts of a source that is written as "address (remark); address; words"."""
    return [_reference(part.strip()) for part in text.split("; ") if part.strip()]


def _reference(part: str) -> Reference:
    address, _blank, remark = part.rstrip(";").partition(" ")
    if not sources.is_web_address(address):
        return Reference(part)
    place = urlsplit(address)
    label = (place.hostname or "").removeprefix("www.")
    # A bare host says who published it, not where: the page itself was not kept, so there is nothing to follow.
    leads_somewhere = bool(place.path.strip("/") or place.query)
    return Reference(label, address if leads_somewhere else "", remark)
