"""Answers requests, a line each: what to do and with what; the seconds that it took here, and the result."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.peers import books, posts, rates

WORK: dict[str, Callable[..., Callable[[], Any]]] = {
    "rates prepare": rates.prepare,
    "pandas": rates.one_by_one_in_a_frame,
    "pyxirr": rates.one_by_one,
    "hordak prepare": books.prepare,
    "hordak transfer_to": books.transfers,
    "hordak bulk_create": books.in_bulk,
    "hordak begin again": books.begin_again,
    "hordak analyze": books.analyze,
    "hordak get_balance": books.balances_one_by_one,
    "hordak with_balances": books.balances_by_function,
    "hordak with_balances_orm": books.balances_at_once,
    "requests each": posts.each,
    "requests session": posts.in_a_session,
}
"""Each takes what it needs and gives the work to be timed."""


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            work = WORK[asked["what"]](**asked["data"])
            begun = time.perf_counter()
            result = work()
            answer = {"seconds": time.perf_counter() - begun, "result": result}
        except Exception as error:  # noqa: BLE001 -- told to whoever asked, who fails
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
