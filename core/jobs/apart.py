"""Work on many things at once, of which one that cannot be done holds up none of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, transaction

logger = structlog.get_logger(__name__)

Item = TypeVar("Item")
NOT_OF_ONE = (OperationalError, SoftTimeLimitExceeded)
"""What no single thing is to blame for: the database is away, or the time is used up."""


@dataclass(frozen=True, slots=True)
class Apart(Generic[Item]):
    done: list[Item]
    failed: list[Item]


def at_once_or_apart(items: Sequence[Item], work: Callable[[Sequence[Item]], object]) -> Apart[Item]:
    """
    Do the work for all in one go; where that fails, for each by itself, and say which failed. For a caller in a transaction.

    What failed has written nothing and stands in the log with its traceback.
    """
    try:
        with transaction.atomic():
            work(items)
    except NOT_OF_ONE:
        raise
    except Exception:
        logger.warning("done one by one", count=len(items), exc_info=True)
    else:
        return Apart(list(items), [])
    done: list[Item] = []
    for item in items:
        try:
            with transaction.atomic():
                work([item])
        except NOT_OF_ONE:
            raise
        except Exception:
            logger.exception("not done", item=str(item))
        else:
            done.append(item)
    return Apart(done, [item for item in items if item not in done])
