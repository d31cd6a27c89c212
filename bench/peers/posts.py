"""Signed messages by the package that most senders use, one after the other."""

from collections.abc import Callable

import requests

from core.webhooks import signing

GOOD = 204


def each(port: int, count: int, body: str, key: str) -> Callable[[], int]:
    """A connection each."""

    def work() -> int:
        return sum(_is_taken(requests.post, port, number, body, key) for number in range(count))

    return work


def in_a_session(port: int, count: int, body: str, key: str) -> Callable[[], int]:
    """One connection for all."""

    def work() -> int:
        with requests.Session() as session:
            return sum(_is_taken(session.post, port, number, body, key) for number in range(count))

    return work


def _is_taken(post: Callable[..., requests.Response], port: int, number: int, body: str, key: str) -> bool:
    signed = signing.headers(f"evt_{number}", body.encode(), seconds=1_800_000_000, keys=[key])
    answer = post(f"http://127.0.0.1:{port}/", data=body.encode(), headers=signed, timeout=15, allow_redirects=False)
    return answer.status_code == GOOD
