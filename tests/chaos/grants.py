"""The money verbs of the accelerator, ready to be cut: a programme with two accepted milestones, and its commands."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from accelerator.grants import rules, services
from accelerator.grants.models import PaymentLine
from accelerator.milestones.models import Milestone
from core.nations.models import Nation
from core.people.models import User
from tests.factories import accelerator, applications, nations, people
from tests.factories import cohorts as factory
from tests.factories.cohorts import BEGAN_ON, OFFERED_AT


class Ground:
    """A programme with two accepted milestones of 60,000.00 EUR and a budget of 70,000.00."""

    def __init__(self, system: User) -> None:
        if not Nation.objects.filter(code="EE").exists():
            nations.ally("EE", system=system)
        self.programme = accelerator.programme(by=system)
        self.manager, self.second = (people.person(role="programme-manager", system=system) for _ in range(2))
        self.officers = [people.person(role="ethics-officer", system=system) for _ in range(2)]
        self.milestones = [self._accepted(name, system) for name in ("Deep Ear", "Other Ear")]
        factory.budget(self.programme, "70000.00", by=self.manager)

    def propose(self, milestone: Milestone, amount: str, key: str) -> PaymentLine:
        return services.propose(milestone, amount=Decimal(amount), key=key, by=self.manager, at=OFFERED_AT)

    def _accepted(self, name: str, system: User) -> Milestone:
        startup = applications.startup(name, by=system)
        owner = applications.owner(startup, system=system)
        made = factory.participating(self.programme, startup, by=self.manager, second=self.second, owner=owner)
        factory.cleared(made, officer=self.officers[0], second=self.officers[1])
        return factory.accepted(made, "60000.00", "40000.00", by=self.manager, second=self.second, owner=owner)


# Each makes ready what its command needs, and returns the command.


def set_budget(ground: Ground) -> Callable[[], object]:
    return lambda: factory.budget(ground.programme, "80000.00", by=ground.manager)


def propose(ground: Ground) -> Callable[[], object]:
    return lambda: ground.propose(ground.milestones[0], "100.00", "one-and-the-same")


def approve(ground: Ground) -> Callable[[], object]:
    line = ground.propose(ground.milestones[0], "100.00", "one-and-the-same")
    return lambda: services.approve(line, by=ground.second, on=BEGAN_ON, at=OFFERED_AT)


def refuse(ground: Ground) -> Callable[[], object]:
    line = ground.propose(ground.milestones[0], "100.00", "one-and-the-same")
    return lambda: services.refuse(line, because="Wrong account", by=ground.second, at=OFFERED_AT)


def pay(ground: Ground) -> Callable[[], object]:
    line = ground.propose(ground.milestones[0], "100.00", "one-and-the-same")
    services.approve(line, by=ground.second, on=BEGAN_ON, at=OFFERED_AT)
    return lambda: services.pay(
        line, paid_on=BEGAN_ON, reference="SEPA-1", by=ground.manager, on=BEGAN_ON, at=OFFERED_AT
    )


def on_its_ground(command: Callable[[Ground], Callable[[], object]], world: Any) -> Callable[[], object]:
    """The command on a ground of its own beside the fund's world."""
    return command(Ground(world.system))


COMMANDS = {f"grants.{one.__name__}": one for one in (set_budget, propose, approve, refuse, pay)}
REFUSED_AGAIN = {"grants.refuse": rules.WrongState}
"""Commands that refuse by what stands when asked again."""
