"""The outcome of a circulation: written once, with its minute, the evidence by then, and everybody told."""

from datetime import datetime

from core.decisions import evidence, words
from core.decisions.lifecycle import Ending, Verdict
from core.decisions.models import Circulation, Outcome, Telling
from core.decisions.services import telling
from core.people.models import User
from core.web.bilingual import Words


def write(
    circulation: Circulation, how: Ending, *, effective_at: datetime, by: User, at: datetime, because: str = ""
) -> Outcome:
    """In the transaction of a verb that holds the proposal. ``at`` is when it is known, ``effective_at`` since when it is so."""
    told = Words(circulation.text.title_en, circulation.text.title_fr)
    telling.everybody(circulation, Telling.What.ENDED, lambda reader: words.told_to(reader.language, how, told), at=at)
    heard = circulation.objections.filter(verdict=Verdict.HEARD).select_related("addressee__nation").order_by("pk")
    nations = [Words(one.addressee.nation.name_en, one.addressee.nation.name_fr) for one in heard]
    english, french = words.minute(
        how,
        circulation,
        at=effective_at,
        nations=nations,
        entitled=circulation.addressees.count(),
        because=because,
    )
    outcome = Outcome(
        circulation=circulation,
        ending=how,
        effective_at=effective_at,
        known_at=max(at, effective_at),
        minute_en=english,
        minute_fr=french,
        because=because,
        objections_by_then=circulation.objections.count(),
        ended_by=by,
    )
    outcome.evidence_digest = evidence.digest(circulation, outcome)
    outcome.save(force_insert=True)
    return outcome
