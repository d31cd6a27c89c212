"""A second method for rates of periodic flows: Sturm's theorem in exact fractions. Slow, and never wrong."""

from fractions import Fraction
from itertools import pairwise
from math import sqrt

LOW, HIGH = Fraction(1, 10_001), 1 / Fraction(2e-9)
"""The range of v = 1 / (1 + r)."""


def rates(amounts):
    """Every distinct rate r on -1 + 2e-9 <= r <= 10,000 at which the amounts of periods 0, 1, ... are worth nothing."""
    polynomial = [Fraction(amount) for amount in amounts]
    while polynomial and not polynomial[-1]:
        polynomial.pop()
    while polynomial and not polynomial[0]:
        polynomial.pop(0)
    if len(polynomial) < 2:
        return []
    chain = _chain(polynomial)
    return sorted(float(1 / v - 1) for v in _isolate(chain, LOW * (1 - Fraction(1, 10**25)), HIGH))


def _isolate(chain, low, high):
    count = _variations(chain, low) - _variations(chain, high)
    if not count:
        return
    if high - low <= low / 10**14:
        yield (low + high) / 2
        return
    middle = Fraction(sqrt(float(low) * float(high))) if high > 2 * low else (low + high) / 2
    yield from _isolate(chain, low, middle)
    yield from _isolate(chain, middle, high)


def _chain(polynomial):
    chain = [polynomial, [i * c for i, c in enumerate(polynomial)][1:]]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        if not rest:
            break
        chain.append([-c / abs(rest[-1]) for c in rest])
    return chain


def _remainder(dividend, divisor):
    rest = list(dividend)
    while len(rest) >= len(divisor):
        factor, shift = rest[-1] / divisor[-1], len(rest) - len(divisor)
        for i, c in enumerate(divisor):
            rest[shift + i] -= factor * c
        rest.pop()
        while rest and not rest[-1]:
            rest.pop()
    return rest


def _variations(chain, v):
    values = [_value(polynomial, v) for polynomial in chain]
    signs = [value > 0 for value in values if value]
    return sum(one != other for one, other in pairwise(signs))


def _value(polynomial, v):
    total = Fraction(0)
    for c in reversed(polynomial):
        total = total * v + c
    return total
