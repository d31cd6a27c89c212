"""The start-up, its people and its participation, as the tests of cohorts make them."""

from tests.accelerator.cohorts.conftest import (
    colleague,
    milestone,
    offer,
    officers,
    owner,
    participation,
    startup,
    stranger,
)

__all__ = ("colleague", "milestone", "offer", "officers", "owner", "participation", "startup", "stranger")
