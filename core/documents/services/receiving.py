"""Taking a file in: its bytes go to the folder first, then its row, its job and its place in the trail, all or nothing."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.documents import access, limits, media, names, queries, storage, words
from core.documents.models import Document
from core.documents.services.checking import start_check
from core.errors import Conflict, Invalid
from core.organisations.models import Organisation
from core.people.models import User

RECEIVED = declare("document.received", _("{actor} added the file {subject}, which waits for its check."))


class Readable(Protocol):
    """What an upload of Django's, an open file and a buffer have in common."""

    def read(self, size: int = ..., /) -> bytes: ...


class NameMissing(Invalid):
    code = "document_name_missing"
    sentence = _("The file has no name. Give it one with an ending such as .pdf, then add it again.")


class TypeNotTaken(Invalid):
    code = "document_type_not_taken"


class NotAsNamed(Invalid):
    code = "document_not_as_named"


class Empty(Invalid):
    code = "document_empty"


class TooLarge(Invalid):
    code = "document_too_large"


class TooMany(Conflict):
    code = "documents_too_many"


class TooMuch(Conflict):
    code = "documents_too_much"


class QuotaUsed(Conflict):
    code = "documents_quota_used"


class CutShort(Invalid):
    code = "document_cut_short"
    sentence = _("No file arrived. Choose it once more.")


@dataclass(frozen=True, slots=True)
class Landed:
    """Bytes in the folder that no row names yet: judged by their beginning, counted and digested as they came."""

    name: str
    media: str
    key: str
    size_bytes: int
    sha256: str


@contextmanager
def landing(
    file: Readable, *, name: str, size_bytes: int, accepts: Collection[str] = media.ORDINARY
) -> Iterator[Landed]:
    """
    Take the bytes of a file in while no row is held, for ``receive`` within: a sender may be slow.

    ``size_bytes`` is how many were said to come. What is refused here or within leaves nothing. Raises what ``receive`` raises of
    a file by itself, and CutShort.
    """
    landed = _landed(file, name, accepts)
    try:
        _require_whole(landed, size_bytes)
        yield landed
    except BaseException:
        storage.delete(landed.key)
        raise


def receive(
    file: Readable | Landed,
    *,
    name: str,
    kind: str,
    subject: str,
    organisation: Organisation,
    by: User,
    at: datetime,
    scope: str = "",
    accepts: Collection[str] = media.ORDINARY,
) -> Document:
    """
    Take one uploaded file into quarantine; a durable job checks it after the caller's transaction commits.

    The caller has checked that the person may add to ``subject``. ``scope`` is the public id of its fund or programme, whose
    audit chain tells of it. What the browser says of the type is not asked for. Raises NameMissing, TypeNotTaken, Empty,
    TooLarge, NotAsNamed, TooMany, TooMuch, QuotaUsed; then nothing is left of the file. Where the caller's transaction is
    taken back the bytes are swept away later.
    """
    if not access.is_known(kind):
        raise ValueError(f"nobody registered who may read documents of the kind {kind}")
    landed = file if isinstance(file, Landed) else _landed(file, name, accepts)
    try:
        failpoints.reach("document.written")
        return _registered(
            Document(
                kind=kind,
                subject=subject,
                scope=scope,
                organisation=organisation,
                name=landed.name,
                media=landed.media,
                size_bytes=landed.size_bytes,
                sha256=landed.sha256,
                key=landed.key,
                uploaded_by=by,
                uploaded_at=at,
            )
        )
    except BaseException:
        storage.delete(landed.key)
        raise


def _require_whole(landed: Landed, size_bytes: int) -> None:
    if landed.size_bytes != size_bytes:
        raise CutShort(field="file")


def _landed(file: Readable, name: str, accepts: Collection[str]) -> Landed:
    called = names.cleaned(name)
    if not called:
        raise NameMissing(field="file")
    slug = _type_of(called, accepts)
    key = storage.new_key()
    try:
        return Landed(called, slug, key, *_written(file, key, called, slug))
    except BaseException:
        storage.delete(key)
        raise


def _type_of(name: str, accepts: Collection[str]) -> str:
    slug = media.of_ending(names.ending(name))
    if slug not in accepts:
        listed = ", ".join(accepts)
        raise TypeNotTaken(
            format_lazy(
                _("“{name}” is not of a type that is taken here: {types}. Save it as one of these, then add it again."),
                name=name,
                types=listed,
            ),
            field="file",
        )
    return slug


def _written(file: Readable, key: str, name: str, slug: str) -> tuple[int, str]:
    """Stream the bytes to the folder; their number and digest. The beginning is judged before anything is written."""
    head = _head(file)
    if not head:
        raise Empty(
            format_lazy(
                _("“{name}” is empty. Open it, see that its contents are saved, then add it again."), name=name
            ),
            field="file",
        )
    if not media.begins_as(head, slug):
        raise NotAsNamed(words.reason("not-as-named", name), field="file")
    with storage.create(key) as kept:
        written = _copied(file, head, kept, name)
        storage.settle(kept, key)
    return written


def _head(file: Readable) -> bytes:
    """As much of the beginning as is judged: a stream may give less at once than it is asked for."""
    head = b""
    while len(head) < media.HEAD_BYTES and (more := file.read(media.HEAD_BYTES - len(head))):
        head += more
    return head


def _copied(file: Readable, head: bytes, kept: BinaryIO, name: str) -> tuple[int, str]:
    size, digest, chunk = 0, hashlib.sha256(), head
    while chunk:
        size += len(chunk)
        if size > limits.FILE_BYTES:
            raise TooLarge(_too_large(name), field="file")
        digest.update(chunk)
        kept.write(chunk)
        chunk = file.read(limits.CHUNK_BYTES)
    return size, digest.hexdigest()


def _too_large(name: str) -> Promise | str:
    return format_lazy(
        _("“{name}” has more than {most} MB, the most for one file. Make it smaller or split it, then add it again."),
        name=name,
        most=limits.FILE_BYTES // limits.MEGABYTE,
    )


@transaction.atomic
def _registered(fresh: Document) -> Document:
    """The limits are counted under a lock: of two files that pass one together the second is refused."""
    locks.by_name(f"documents of {fresh.organisation.public_id}", f"documents of {fresh.subject}")
    _require_room(fresh)
    fresh.save(force_insert=True)
    audit.record(
        RECEIVED,
        fresh.public_id,
        by=fresh.uploaded_by,
        chain=fresh.scope or audit.GENERAL,
        after={
            "kind": fresh.kind,
            "about": fresh.subject,
            "organisation": fresh.organisation.public_id,
            "type": fresh.media,
            "size_bytes": fresh.size_bytes,
            "digest": fresh.sha256,
        },
    )
    start_check(fresh, by=fresh.uploaded_by, key=fresh.public_id, at=fresh.uploaded_at)
    failpoints.reach("document.registered")
    return fresh


def _require_room(fresh: Document) -> None:
    files, size_bytes = queries.kept_of(fresh.subject)
    if files >= limits.SUBJECT_FILES:
        raise TooMany(
            format_lazy(
                _("“{name}” was not added: there are {most} files here, the most. Remove one, then add it again."),
                name=fresh.name,
                most=limits.SUBJECT_FILES,
            ),
            field="file",
        )
    if size_bytes + fresh.size_bytes > limits.SUBJECT_BYTES:
        raise TooMuch(
            format_lazy(
                _(
                    "“{name}” was not added: with it the files here would have more than {most} MB together. Remove one or "
                    "make some smaller, then add it again."
                ),
                name=fresh.name,
                most=limits.SUBJECT_BYTES // limits.MEGABYTE,
            ),
            field="file",
        )
    received = queries.received_of(fresh.organisation, since=fresh.uploaded_at - limits.QUOTA_PERIOD)
    if received + fresh.size_bytes > limits.QUOTA_BYTES:
        raise QuotaUsed(
            format_lazy(
                _(
                    "“{name}” was not added: your organisation may add {most} MB in {hours} hours, and that is used up. "
                    "Add it again later."
                ),
                name=fresh.name,
                most=limits.QUOTA_BYTES // limits.MEGABYTE,
                hours=int(limits.QUOTA_PERIOD.total_seconds() // 3600),
            ),
            field="file",
        )
