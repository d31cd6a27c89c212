"""Which documents there are, and how each is told of on a page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from core import clock
from core.documents import words
from core.documents.lifecycle import WAITING, State
from core.documents.models import Document
from core.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Line:
    """A document as a page shows it. ``address`` is empty unless it can be downloaded; ``why`` unless it was refused."""

    public_id: str
    name: str
    media: str
    size: str
    """In megabytes, as a text in the reader's language."""
    state: str
    """Code of the state."""
    label: str
    tone: str
    why: str
    address: str
    uploaded_at: datetime
    waits: bool


def of(kind: str, subject: str) -> list[Line]:
    """Documents of one thing that are kept, and those that were refused, the oldest first."""
    return [line(one) for one in rows_of(kind, subject)]


def rows_of(kind: str, subject: str) -> QuerySet[Document]:
    """The rows behind ``of``: what a person removed is left out."""
    rows = Document.objects.filter(kind=kind, subject=subject)
    return (rows.filter(removed_at__isnull=True) | rows.filter(state=State.REFUSED)).order_by("uploaded_at", "pk")


def by_ids(public_ids: Iterable[str]) -> dict[str, Line]:
    """Whatever became of them: those that were removed are told of as removed."""
    return {one.public_id: line(one) for one in rows_by_ids(public_ids)}


def rows_by_ids(public_ids: Iterable[str]) -> QuerySet[Document]:
    return Document.objects.filter(public_id__in=list(public_ids)).order_by("uploaded_at", "pk")


def line(document: Document) -> Line:
    is_removed = document.removed_at is not None and document.state != State.REFUSED
    is_readable = document.state == State.CLEAN and not is_removed
    return Line(
        public_id=document.public_id,
        name=document.name,
        media=document.media,
        size=words.megabytes(document.size_bytes),
        state=document.state,
        label=str(words.REMOVED) if is_removed else words.state(document.state),
        tone="plain" if is_removed else words.tone(document.state),
        why=str(words.reason(document.reason, document.name)),
        address=reverse("documents:download", args=[document.public_id]) if is_readable else "",
        uploaded_at=document.uploaded_at,
        waits=document.state in WAITING and not is_removed,
    )


def kept_of(subject: str) -> tuple[int, int]:
    """How many files of a thing are kept, and their bytes."""
    found = Document.objects.filter(subject=subject, removed_at__isnull=True)
    told = found.aggregate(files=Count("pk"), size=Sum("size_bytes"))
    return told["files"], told["size"] or 0


def received_of(organisation: Organisation, *, since: datetime) -> int:
    """Bytes received from an organisation after a moment, whatever became of them."""
    found = Document.objects.filter(organisation=organisation, uploaded_at__gt=since)
    return found.aggregate(size=Sum("size_bytes"))["size"] or 0


def waiting_since(moment: datetime, *, but_for: Collection[int]) -> list[Document]:
    """Documents that were received before a moment, have their bytes and are not judged yet; some keys left out."""
    found = Document.objects.filter(
        state__in=WAITING, removed_at__isnull=True, damaged_at__isnull=True, uploaded_at__lt=moment
    )
    return list(found.exclude(pk__in=but_for).order_by("uploaded_at", "pk"))


def kept_keys() -> list[int]:
    """Primary keys of all that has bytes."""
    return list(Document.objects.filter(removed_at__isnull=True).order_by("pk").values_list("pk", flat=True))


def keys_kept(keys: Collection[str]) -> set[str]:
    """Those of the folder's keys that a row names whose bytes were not removed."""
    return set(Document.objects.filter(key__in=keys, removed_at__isnull=True).values_list("key", flat=True))


def day_of(moment: datetime) -> date:
    """In the fund's zone."""
    return moment.astimezone(clock.fund_zone()).date()
