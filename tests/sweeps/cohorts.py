"""A cohort with a thing of every kind in every state that a page is about: what only its programme and its start-up read."""

import io
from datetime import datetime, timedelta
from decimal import Decimal

from accelerator.challenges.models import Programme
from accelerator.cohorts import services as cohorts
from accelerator.cohorts.models import Participation, ParticipationStep
from accelerator.grants import services as grants
from accelerator.milestones import queries as milestones
from accelerator.milestones import services as milestone_services
from accelerator.milestones.models import Milestone
from core.documents import services as documents
from core.nations.models import Nation
from core.organisations import services as organisations
from core.organisations.models import Consent, Organisation
from core.people.models import User
from tests.factories import accelerator, applications, people
from tests.factories import cohorts as factory

TERMS, EVIDENCE, REASON = "Words of the willow agreement", "Proof of the willow buoy", "Why the willow goes on"
"""Words that stand in nothing but a cohort's papers."""
EVIDENCE_FILE = "trial of the willow buoy.txt"
SAME = "How it is known of the hazel"
OTHER_TERMS = "Words of the rowan agreement"
"""Those of a start-up for which nobody of the world acts."""
ADVANCED = Decimal("271828.18")
"""An amount that nothing else in the world has."""
MOST = milestone_services.MOST - 3
"""How many milestones of a phase can wait beside those accepted, shown and the one for the rest."""


class Cohort:
    """Of the first programme. ``rows`` is how many there are of each thing."""

    def __init__(self, startup: Organisation, *, system: User, at: datetime, rows: int = 1) -> None:
        self.startup, self.system, self.at, self.rows = startup, system, at, rows
        self.programme = Programme.objects.order_by("pk").first()
        self.maker, self.second = (people.person(role="programme-manager", system=system) for _ in range(2))
        self.officers = [people.person(role="ethics-officer", system=system) for _ in range(2)]
        self.owner = applications.owner(startup, system=system)

    def build(self) -> None:
        participation = self._participation(self.startup, TERMS)
        self._paid(participation)
        self._proposed(participation)
        self._consented(self.startup, self.owner)
        for number in range(self.rows):
            company = self._company(f"Rowan Sonar {number}")
            self._proposed(self._participation(company, OTHER_TERMS))
            self._consented(company, applications.owner(company, system=self.system))
            self._made(self._company(f"Rowan Acoustics {number}"))
            self._released(f"willow-{number}")
            self._one_company(number)

    def _participation(self, company: Organisation, terms: str) -> Participation:
        owner = self.owner if company == self.startup else applications.owner(company, system=self.system)
        offer = factory.released(
            self.programme, company, by=self.maker, second=self.second, at=self.at, terms=terms, **self._ends()
        )
        return factory.accept(offer, by=owner, on=self.at.date(), at=self.at)

    def _made(self, company: Organisation) -> None:
        factory.offered(self.programme, company, by=self.maker, at=self.at, terms=OTHER_TERMS, **self._ends())

    def _released(self, slug: str) -> None:
        """An offer of another programme, which waits for the start-up's answer."""
        programme = accelerator.programme(slug, by=self.system)
        factory.released(
            programme, self.startup, by=self.maker, second=self.second, at=self.at, terms=TERMS, **self._ends()
        )

    def _paid(self, participation: Participation) -> None:
        """Milestones accepted, shown and waiting; payments that wait for approval, wait for the bank, and were made."""
        phase = milestones.get_phase(participation, "phase-1")
        parts = [Decimal("60000.00"), Decimal("20000.00"), *[Decimal("1.00")] * min(self.rows, MOST)]
        rest = phase.amount - sum(parts)
        accepted, shown, *waiting = self._plan(phase, [*parts, rest])
        factory.shown(accepted, EVIDENCE, by=self.owner, at=self.at)
        factory.judged(accepted, self.maker, self.second, at=self.at)
        for number in range(1, self.rows):
            factory.shown(shown, f"Draft {number}", by=self.owner, at=self.at)
            read = factory.evidence_of(shown)
            milestone_services.send_back(shown, read=read, because="More", by=self.second, at=self.at)
            shown.refresh_from_db()
        self._attached(shown)
        factory.shown(shown, EVIDENCE, by=self.owner, at=self.at)
        factory.judged(shown, self.maker, at=self.at)
        for milestone in waiting[:1]:
            self._attached(milestone)
        factory.cleared(
            participation,
            officer=self.officers[0],
            second=self.officers[1],
            on=self.at.date(),
            at=self.at,
            expires_on=self.at.date() + timedelta(days=365),
        )
        for number in range(self.rows):
            factory.budget(self.programme, f"{9000000 + number}.00", by=self.maker, at=self.at)
            self._lines(accepted, number)

    def _attached(self, milestone: Milestone) -> None:
        """A file that was found clean."""
        file = io.BytesIO(b"The willow buoy hears.")
        made = milestone_services.attach(milestone, file, name=EVIDENCE_FILE, by=self.owner, at=self.at)
        documents.check(made.document_id, at=self.at)

    def _plan(self, phase: ParticipationStep, amounts: list[Decimal]) -> list[Milestone]:
        lines = [
            milestone_services.Line(
                self.at.date() + timedelta(days=90), amount, f"Milestone {number}", f"Jalon {number}"
            )
            for number, amount in enumerate(amounts, start=1)
        ]
        return milestone_services.plan(phase, lines, by=self.maker, at=self.at)

    def _lines(self, milestone: Milestone, number: int) -> None:
        day = self.at.date()
        _waiting, approved, paid = (
            factory.payment(milestone, "10.00", key=f"line-{kind}-{number}-of-the-sweep", by=self.maker, at=self.at)
            for kind in ("waits", "approved", "paid")
        )
        for line in (approved, paid):
            grants.approve(line, by=self.second, on=day, at=self.at)
        grants.pay(paid, paid_on=day, reference=f"WILLOW-{number}", by=self.maker, on=day, at=self.at)

    def _proposed(self, participation: Participation) -> None:
        cohorts.propose_advancement(participation, amount=ADVANCED, reason=REASON, by=self.maker, at=self.at)

    def _consented(self, company: Organisation, owner: User) -> None:
        """Given and withdrawn, so that nothing of it is shown to a fund."""
        what = Consent.What.ACCELERATOR_TIMELINE
        organisations.give_consent(company, what, by=owner, at=self.at)
        organisations.withdraw_consent(company, what, by=owner, at=self.at)

    def _one_company(self, number: int) -> None:
        """A start-up that registered itself, stated to be a company that is kept; nobody agreed yet."""
        founder = people.person(system=self.system)
        stated = {
            "name": f"Hazel Sonar {number}",
            "nation": Nation.objects.order_by("code").first().code,
            "founded_on": self.at.date(),
        }
        startup = organisations.found(**stated, by=founder, at=self.at)
        kept = self._company(f"Hazel Sonar {number} OÜ")
        organisations.state_one(startup, kept, reason=SAME, by=self.maker, at=self.at)

    def _company(self, name: str) -> Organisation:
        return organisations.register(name=name, kind="company", nation=None, by=self.system, at=self.at)

    def _ends(self) -> dict[str, datetime]:
        return {"expires_at": self.at + timedelta(days=30)}
