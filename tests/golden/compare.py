"""Whether an answer is the one that was expected."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

DEFAULT = 1e-9
"""The absolute tolerance where a case names none."""


def differences(expected: Mapping[str, Any], answer: Mapping[str, Any], tolerance: Any) -> list[str]:
    """What is wrong with the answer, in words; nothing where every expected key agrees.

    Only given keys are compared, in nested objects too; lists are complete and in order. Numbers and decimal strings
    may differ by the tolerance, a number or an object with a number per key and ``default``.
    """
    if not expected:
        return ["nothing is expected"]
    return [line for key in expected for line in _member(key, expected, answer, key, _tolerance(tolerance, key))]


def _tolerance(tolerance: Any, key: str) -> Decimal:
    if isinstance(tolerance, Mapping):
        tolerance = tolerance.get(key, tolerance.get("default"))
    return Decimal(str(DEFAULT if tolerance is None else tolerance))


def _member(
    key: str, expected: Mapping[str, Any], answer: Mapping[str, Any], path: str, within: Decimal
) -> Iterator[str]:
    if key in answer:
        yield from _value(expected[key], answer[key], path, within)
    else:
        yield f"{path}: unknown key"


def _value(expected: Any, answer: Any, path: str, within: Decimal) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(answer, Mapping):
        for key in expected:
            yield from _member(key, expected, answer, f"{path}.{key}", within)
    elif isinstance(expected, list) and isinstance(answer, list | tuple):
        yield from _items(expected, answer, path, within)
    elif not _agree(expected, answer, within):
        yield f"{path}: expected {expected}, got {answer} (tolerance {within})"


def _items(expected: list[Any], answer: list[Any] | tuple[Any, ...], path: str, within: Decimal) -> Iterator[str]:
    if len(expected) != len(answer):
        yield f"{path}: expected {len(expected)} items {expected}, got {len(answer)} {list(answer)}"
        return
    for i, (one, other) in enumerate(zip(expected, answer, strict=True)):
        yield from _value(one, other, f"{path}[{i}]", within)


def _agree(expected: Any, answer: Any, within: Decimal) -> bool:
    if expected is None or answer is None or isinstance(expected, bool) or isinstance(answer, bool):
        return expected is answer
    one, other = _number(expected), _number(answer)
    if one is None or other is None:
        return type(one) is type(other) and str(expected) == str(answer)
    return abs(one - other) <= within


def _number(value: Any) -> Decimal | None:
    """A number or a decimal string as the decimal that it shows; None for other strings and what is not finite."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
