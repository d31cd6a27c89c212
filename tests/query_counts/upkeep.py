"""What surrounds the money in the counted worlds: jobs, messages, an import, files, a call that waits, and ethics reviews."""

import io
from datetime import time, timedelta
from decimal import Decimal

from core import clock
from core.clients import services as clients
from core.decisions import queries as decision_queries
from core.decisions import services as decisions
from core.documents import access
from core.documents import services as documents
from core.ethics import queries as ethics_queries
from core.ethics import services as ethics
from core.ethics.lifecycle import Money
from core.ethics.services.reviews import Assessment, Given
from core.jobs import services as jobs
from core.notifications import services as notifications
from core.organisations import services as organisations
from core.questionnaires import services as questionnaires
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.history import services as history
from portfolio.investments.models import Holding
from portfolio.valuations import queries, techniques
from portfolio.valuations import services as valuation_services
from tests.factories import accelerator, cohorts, webhooks
from tests.factories import valuations as valued
from tests.factories.jobs import done

YEAR = timedelta(days=365)
PAPERS = "counted-paper"

access.register(PAPERS, lambda _reader, _document: True)


def jobs_and_messages(world, reader):
    """As many jobs of the fund, and messages of one person."""
    for number in range(world.rows):
        world.job = jobs.start(
            "tests.nothing", key=str(number), by=world.system, on=clock.today(), scope=world.fund.public_id
        )
        notifications.tell(reader, title=f"Message {number}", at=clock.now())


def endpoints(world):
    """As many endpoints of the fund, the first of which has as many messages, each with as many attempts."""
    given = {"system": world.system, "at": clock.now()}
    receiver = organisations.register(name="Receiver", kind="company", nation=None, by=world.system, at=clock.now())
    made = [webhooks.endpoint(receiver, "fund", world.fund.public_id, **given) for _number in range(world.rows)]
    webhooks.messages(made[0], world.rows, **given)


def partners(world, asking, deciding):
    """As many clients that wait, and one in use that called as often."""
    at, on = clock.now(), clock.today()
    partner = organisations.register(name="Partner", kind="company", nation=None, by=world.system, at=at)
    for number in range(world.rows + 1):
        given = {"name": f"Client {number}", "what_for": "To be counted.", "domain": "fund", "scopes": ["pool:read"]}
        reach = {"reach": [f"fund:{world.fund.public_id}"], "addresses": [], "calls_a_minute": 60}
        made = clients.request(
            organisation=partner, **given, **reach, expires_on=on + YEAR / 2, by=asking, on=on, at=at
        )
        if number == 0:
            made = clients.approve(made, by=deciding, on=on, at=at)
            clients.make_secret(made, by=deciding, at=at)
            for call in range(world.rows):
                told = {"method": "GET", "route": "pool", "status": 200, "milliseconds": call, "request_id": "REQ-1"}
                clients.note_call(made, at=at, from_address=None, **told)


def upload(world, analyst):
    """As many files, the first of which has as many rows."""
    for number in range(world.rows):
        rows = range(world.rows if number == 0 else 1)
        lines = [f"B-{number}-{row},EE,1.00,2026-05-02" for row in rows]
        file = ("reference,ally,amount,received_on\n" + "\n".join(lines) + "\n").encode()
        given = {"name": "receipts.csv", "kind": "receipts", "by": analyst, "on": clock.today(), "at": clock.now()}
        made = history.upload(world.fund, file, **given)[0]
        done(history.work_on(made))
        made.refresh_from_db()
        world.upload = world.upload or made


def papers(world):
    """As many files that were found clean."""
    sender = organisations.register(name="Sender", kind="company", nation=None, by=world.system, at=clock.now())
    for number in range(world.rows):
        given = {"kind": PAPERS, "subject": "thing", "organisation": sender, "by": world.system, "at": clock.now()}
        document = documents.receive(io.BytesIO(b"Words."), name=f"paper-{number}.txt", **given)
        documents.check(document.pk, at=clock.now())
        world.document = document


def waiting_call(world, analyst, manager):
    """A call that was approved and waits to be issued, with as many lines."""
    lines = [calls.Line("investment", f"Tickets {part}", Decimal("1.00")) for part in range(world.rows)]
    call = calls.draft(world.fund, due_on=clock.today(), lines=lines, by=analyst, at=clock.now())
    call = calls.submit(call, by=analyst)
    calls.approve(call, digest=call_queries.digest(call, at=clock.now()), by=manager, at=clock.now())


def valuations(world, analyst, committee):
    """As many locked quarters, one in review, and one changed, submitted and approved as often as there are rows; as many recomputations."""
    at, system = clock.now(), world.system
    for number in range(world.rows):
        valued.policy(world.fund, f"tests {number}", system=system, at=at)
    quarters = [techniques.quarter_end_before(clock.today())]
    while len(quarters) < world.rows + 2:
        quarters.append(techniques.quarter_end_before(quarters[-1]))
    for quarter_end in reversed(quarters[2:]):
        valued.locked(world.fund, quarter_end, analyst=analyst, committee=committee, system=system, at=at)
    valued.prepared(world.fund, quarters[1], system=system, at=at)
    run = valued.prepared(world.fund, quarters[0], system=system, at=at)
    for number in range(world.rows):
        mark = queries.marks_of(run)[0]
        valuation_services.recompute(mark, by=analyst, at=at)
        words = {"technique": "cost", "reason": f"Change {number}", "relevance": f"Said {number}"}
        valuation_services.change_mark(mark, **words, by=analyst, at=at)
        run = valuation_services.submit_run(run, by=analyst, at=at)
        valuation_services.approve_run(run, digest=queries.digest(run), by=committee[0], at=at)


def reviews(world, officer, second, owner):
    """A review in force of every holding, the first with as many questions and conditions."""
    at, on = clock.now(), clock.today()
    asked = [
        questionnaires.Asked(f"AI-{number}", "text", f"Question {number}", f"Question {number}", "AI")
        for number in range(world.rows)
    ]
    words = {"title_en": "Use", "title_fr": "Usage", "origin_en": "Ours", "origin_fr": "Le nôtre"}
    questionnaires.publish("responsible-use", version=1, **words, asked=asked, by=world.system, at=at)
    told = [
        ethics.Told(f"AI-{n}", "AI", n, f"Name {n}", f"Nom {n}", "Meaning", "Sens", None, "source", "solid")
        for n in range(1, world.rows + 1)
    ]
    ethics.record_principles(told, by=world.system, at=at)
    for number, holding in enumerate(Holding.objects.filter(fund=world.fund, kind="direct").order_by("pk")):
        subject = ethics_queries.subject_of("holding", holding.public_id)
        review = ethics.open_review(subject, officer=officer, second=second, on=on, by=officer, at=at)
        given = [Given(one.question, "Words.") for one in ethics_queries.asked(review)]
        ethics.give_answers(review, given, by=officer, at=at)
        wanted = [
            ethics.NewCondition(f"Condition {part}", "Letter", owner, on)
            for part in range(world.rows if number == 0 else 1)
        ]
        ethics.assess(review, Assessment("low", "conditions", "Words.", on + YEAR, wanted), on=on, by=officer, at=at)


def overrides(world, manager, officer):
    """As many wishes to pass the gate, all but the last approved."""
    on, at = clock.today(), clock.now()
    holding = Holding.objects.filter(fund=world.fund).order_by("pk").first()
    for number in range(world.rows + 1):
        ethics.put_in_force(world.fund.public_id, from_day=on + YEAR, because="Words.", by=officer, at=at)
        wish = {"kind": Money.PURCHASE, "amount": Decimal("1.00"), "expires_on": on, "because": "Words."}
        made = ethics.ask_override(world.fund.public_id, holding.public_id, **wish, by=manager, on=on, at=at)
        if number < world.rows:
            ethics.approve_override(made, by=officer, on=on, at=at)


def reviews_put_before(world, cohort, owner):
    """As many reviews that the start-up answered, the first with as many conditions of its owner's; and one that waits for answers."""
    at, on, officer = clock.now(), clock.today(), cohort.officers[0]
    for number in range(world.rows + 1):
        programme = accelerator.programme(f"asked-{number}", by=world.system)
        offer = cohorts.released(
            programme, cohort.startup, by=cohort.maker, second=cohort.second, at=at, expires_at=at + YEAR
        )
        joined = cohorts.accept(offer, by=cohort.owner, on=on, at=at)
        subject = ethics_queries.subject_of("participation", joined.public_id)
        review = ethics.open_review(subject, officer=officer, second=cohort.officers[1], on=on, by=officer, at=at)
        review = ethics.ask_startup(review, by=officer, at=at)
        if number == world.rows:
            continue
        given = [Given(one.question, "Words.") for one in ethics_queries.asked(review)]
        ethics.give_answers(review, given, by=owner, at=at)
        parts = range(world.rows if number == 0 else 1)
        wanted = [ethics.NewCondition(f"Condition {part}", "Letter", owner, on) for part in parts]
        ethics.assess(review, Assessment("low", "conditions", "Words.", on + YEAR, wanted), on=on, by=officer, at=at)


def silences(world, writer, secretary):
    """As many texts under silence about the fund, a draft, and one that was adopted; each before as many Allies."""
    now, scope = clock.now(), world.fund.public_id
    text = decisions.NewText("Rule", "Règle", "It holds.", "Elle vaut.", {})
    for number in range(world.rows + 1):
        at = now - timedelta(days=60 if number == 0 else 1)
        made = decisions.draft("fund-resolution", scope, text, by=writer, at=at)
        period = {"days": 5, "hour": time(16), "zone": "UTC", "calendar": "BE", "told_otherwise": "By note"}
        pinned = decision_queries.last_text(made).digest
        decisions.circulate(made, digest=pinned, **period, by=secretary, at=at)
    decisions.close_due(by=world.system, at=now)
    decisions.draft("fund-resolution", scope, text, by=writer, at=now)
