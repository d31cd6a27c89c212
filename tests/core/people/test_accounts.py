"""What the system may do to an account on its own."""

import pytest
from allauth.mfa.models import Authenticator

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.people import services
from tests.factories import people

SECRET = "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZA"  # the demo's first


@pytest.fixture
def invented(system):
    return services.add(
        email="invented@example.org", name="Ada Ro", illustrative=True, by=system, at=clock.now()
    )  # fmt: skip


def test_an_invented_person_is_handed_a_factor_and_codes_and_the_trail_says_by_whom(invented, system):
    services.hand_out_factor(invented, SECRET, by=system)

    assert set(Authenticator.objects.filter(user=invented).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    noted = AuditEvent.objects.get(kind="factor.handed_out")
    assert (noted.subject, noted.actor, noted.after) == (invented.public_id, system.public_id, {"type": "totp"})


def test_nobody_hands_a_real_person_a_factor_nor_a_second_one_nor_without_being_the_system(invented, system):
    real = people.person(role="auditor", scope_kind="everywhere", system=system)
    office = people.person(role="administrator", scope_kind="everywhere", system=system)
    services.hand_out_factor(invented, SECRET, by=system)

    for person, by in ((real, system), (invented, system), (invented, office)):
        with pytest.raises(NotPermitted):
            services.hand_out_factor(person, SECRET, by=by)

    assert not Authenticator.objects.filter(user=real).exists()
    assert Authenticator.objects.filter(user=invented).count() == len(("totp", "recovery_codes"))
