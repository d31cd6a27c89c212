"""Several browsers at once, as the races of the books have them."""

from tests.chaos.conftest import together

__all__ = ("together",)
