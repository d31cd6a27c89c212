"""Idempotency-Key: a request that is sent again under its key is answered as the first time, and done once.

The first answer is written in the transaction of what it did: it stands exactly when the thing was done. What was refused
left nothing behind and is judged anew.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from core.api.models import KeptAnswer
from core.api.problems import Problem, fault

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 200
KEPT = timedelta(days=7)


def read(request: HttpRequest) -> str:
    """The key of a request. Raises Problem where there is none, or one that cannot be kept."""
    key = request.headers.get(HEADER, "").strip().strip('"')
    if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable():
        detail = _(
            "Send the header Idempotency-Key with a value of your own, such as a UUID: sent again, the request is done once."
        )
        raise Problem("invalid", 400, detail, faults=[fault("header:Idempotency-Key", "key_missing", detail)])
    return key


def once(  # the question, and how to answer it
    *, client: str, key: str, method: str, path: str, body: Any, at: datetime, answer: Callable[[], Response]
) -> Response:
    """The answer kept under the key, or that of ``answer``, whose writes and the kept answer commit together.

    Raises Problem where the same key is at work at this moment (409) or stands for another request (422).
    """
    fingerprint = sha256(f"{method} {path} {json.dumps(body, sort_keys=True, default=str)}".encode()).hexdigest()
    with transaction.atomic():
        if not _is_ours(client, key):
            detail = _("The request with this key is still being carried out. Ask again in a moment.")
            raise Problem("key_in_use", 409, detail, headers={"Retry-After": "1"})
        if kept := KeptAnswer.objects.filter(client=client, key=key).first():
            return _again(kept, fingerprint)
        given = answer()
        KeptAnswer.objects.create(
            client=client,
            key=key,
            method=method,
            path=path[:300],
            fingerprint=fingerprint,
            status=given.status_code,
            body=json.dumps(given.data, ensure_ascii=False),
            headers=dict(given.headers),
            kept_at=at,
        )
        return given


def forget(*, at: datetime) -> int:
    """Remove what was kept for seven days; how many."""
    removed, _each = KeptAnswer.objects.filter(kept_at__lt=at - KEPT).delete()
    return removed


def _is_ours(client: str, key: str) -> bool:
    """Whether no other request holds the key; it is held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", [f"{client} {key}"])
        return bool(cursor.fetchone()[0])


def _again(kept: KeptAnswer, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise Problem("key_reused", 422, _("This key was used for another request. Choose a new one for this."))
    return Response(json.loads(kept.body), status=kept.status, headers={**kept.headers, REPLAYED: "true"})
