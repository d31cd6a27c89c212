"""Each step is booked once and told once; after an outage the latest alone is told and the rest says so."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from core import clock
from core.jobs import worker
from core.jobs.models import Job
from core.notifications import planning, services, words
from core.notifications.models import Message, OutboundMail, ReminderStep
from core.notifications.services import reminders
from tests.factories import people

pytestmark = pytest.mark.django_db
DUE_SINCE = date(2026, 7, 1)


def sweep(day, system, hour=9):
    """What the hourly sweep of a day does, from the bell to the books."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=timezone.utc)
    with clock.standing_at(moment):
        services.start_reminding(by=system, at=moment)
        worker.drain()


def books():
    rows = ReminderStep.objects.order_by("reader_id", "on", "pk")
    return [(row.reader_id, row.code, row.state) for row in rows]


def test_a_step_is_told_on_its_day_in_the_product_and_by_mail(open_things, thing, owner, system):
    open_things.append(thing())

    sweep(date(2026, 6, 1), system)

    message, mail = Message.objects.get(), OutboundMail.objects.get()
    assert books() == [(owner.pk, "before-30", "sent")]
    assert message.title == "Review thing_1: due on Wed\u00a01\u00a0Jul\u00a02026, in 30 days."
    assert message.address == "/manage/reviews/one"
    assert (mail.recipient, mail.subject) == (owner.email, " ".join(message.title.split()))


def test_asked_again_the_same_day_nothing_is_told_twice(open_things, thing, owner, system):
    open_things.append(thing())

    for hour in (9, 9, 10, 22):
        sweep(date(2026, 6, 1), system, hour)

    assert books() == [(owner.pk, "before-30", "sent")]
    assert OutboundMail.objects.count() == 1


def test_the_sweep_reads_no_steps_of_days_on_which_nothing_open_falls_due(open_things, thing, owner, system):
    settled, open_thing = thing("settled", due_on=date(2025, 7, 1), since=date(2025, 6, 1)), thing()
    open_things.append(settled)
    sweep(date(2025, 7, 1), system)
    open_things[:] = [open_thing]
    sweep(date(2026, 6, 1), system)
    assert ReminderStep.objects.filter(due_on=settled.due_on).exists()

    booked = reminders._booked({owner.pk: [planning.Due(open_thing, is_behind=False)]})

    assert booked == {owner.pk: {(open_thing.kind, open_thing.subject, open_thing.due_on, "before-30")}}


def test_after_an_outage_the_latest_step_is_told_and_those_missed_are_superseded(open_things, thing, owner, system):
    open_things.append(thing())

    sweep(date(2026, 7, 2), system)

    assert books() == [
        (owner.pk, "before-30", "superseded"),
        (owner.pk, "before-14", "superseded"),
        (owner.pk, "before-7", "superseded"),
        (owner.pk, "before-1", "superseded"),
        (owner.pk, "late-1", "sent"),
    ]
    assert OutboundMail.objects.count() == Message.objects.count() == 1


def test_a_job_that_comes_days_late_tells_what_is_due_then(open_things, thing, owner, system):
    open_things.append(thing())
    services.start_reminding(by=system, at=datetime(2026, 6, 1, 9, tzinfo=timezone.utc))

    with clock.standing_at(datetime(2026, 6, 18, 9, tzinfo=timezone.utc)):
        worker.drain()

    assert books() == [(owner.pk, "before-30", "superseded"), (owner.pk, "before-14", "sent")]
    assert Message.objects.get().title.endswith(", in 13 days.")


def test_a_reader_who_cannot_be_reminded_holds_up_nobody_else(open_things, thing, owner, behind, system, monkeypatch):
    open_things.append(thing(since=DUE_SINCE))
    services.start_reminding(by=system, at=datetime(2026, 7, 8, 9, tzinfo=timezone.utc))
    told = words.reminder

    def broken(one, step, *, today):
        if translation.get_language() == owner.language:
            raise ZeroDivisionError
        return told(one, step, today=today)

    monkeypatch.setattr(words, "reminder", broken)
    with clock.standing_at(datetime(2026, 7, 8, 9, tzinfo=timezone.utc)):
        worker.drain()

    assert {reader for reader, _code, _state in books()} == {behind.pk}
    assert owner.public_id in Job.objects.get().reason


def test_every_working_day_after_and_from_the_fifth_on_whoever_stands_behind(open_things, thing, owner, behind, system):
    open_things.append(thing(since=DUE_SINCE))

    for number in range(10):
        sweep(date(2026, 7, 1) + timedelta(days=number), system)

    owner_codes = [code for reader, code, _state in books() if reader == owner.pk]
    behind_codes = [code for reader, code, _state in books() if reader == behind.pk]
    assert owner_codes == ["late-1", "late-2", "late-3", "late-4", "late-5", "late-6", "late-7"]
    assert behind_codes == ["late-5", "late-6", "late-7"]
    french = Message.objects.filter(reader=behind).order_by("pk").first()
    assert french.title.startswith("Review thing_1")


def test_a_digest_is_one_mail_and_a_message_each(open_things, thing, owner, system):
    owner.wants_digest = True
    owner.save(update_fields=["wants_digest"])
    open_things.extend([thing("thing_1"), thing("thing_2"), thing("thing_3")])

    sweep(date(2026, 6, 1), system)

    mail = OutboundMail.objects.get()
    assert mail.subject == "3 reminders"
    assert [mail.body.count(f"Review thing_{number}") for number in (1, 2, 3)] == [1, 1, 1]
    assert Message.objects.count() == 3
    assert set(ReminderStep.objects.values_list("mail", flat=True)) == {mail.pk}


def test_a_new_due_day_begins_a_new_plan(open_things, thing, owner, system):
    open_things.append(thing())
    sweep(date(2026, 6, 1), system)
    open_things[0] = replace(open_things[0], due_on=date(2026, 7, 3))

    sweep(date(2026, 6, 3), system)

    assert books() == [(owner.pk, "before-30", "sent"), (owner.pk, "before-30", "sent")]
    assert [row.due_on.day for row in ReminderStep.objects.order_by("pk")] == [1, 3]


def test_what_is_done_is_not_mentioned_any_more(open_things, thing, system):
    open_things.append(thing())
    sweep(date(2026, 6, 1), system)
    open_things.clear()

    sweep(date(2026, 6, 17), system)

    assert ReminderStep.objects.count() == 1


def test_nobody_is_reminded_before_six_and_clock_changes_move_no_day():
    zone = ZoneInfo("Europe/Luxembourg")
    nights = [(date(2027, 3, 28), "spring"), (date(2027, 10, 31), "autumn")]

    days = [
        (planning.day_at(datetime(day.year, day.month, day.day, hour, 30, tzinfo=zone)) - day).days
        for day, _story in nights
        for hour in (0, 1, 2, 3, 5, 6, 23)
    ]

    assert days == [-1, -1, -1, -1, -1, 0, 0] * 2


def test_the_table_refuses_the_same_step_twice(open_things, thing, owner, system):
    open_things.append(thing())
    sweep(date(2026, 6, 1), system)
    row = ReminderStep.objects.get()
    row.pk, row.message, row.mail, row.state = None, None, None, "superseded"

    with pytest.raises(IntegrityError, match="reminder_once_a_step"), transaction.atomic():
        row.save(force_insert=True)

    assert ReminderStep.objects.count() == 1


def test_a_sweep_of_an_hour_is_one_job_however_many_beats_ring(system):
    at = clock.now()

    first, again = (services.start_reminding(by=system, at=at) for _beat in range(2))

    assert first == again
    assert Job.objects.count() == 1


def test_the_plan_says_every_line_and_why(open_things, thing, owner):
    open_things.append(thing())
    client = people.signed_in(Client(), owner)

    page = client.get("/manage/reminders").content.decode()

    assert "30 days before 1\u00a0Jul\u00a02026." in page
    assert "Working day 1 after 1\u00a0Jul\u00a02026 by the calendar of LU" in page
    assert "Still open on working day 5 after" in page


def test_the_plan_stands_by_week_from_monday_to_sunday(open_things, thing, owner):
    open_things.append(thing())  # due on a Wednesday, as 17 and 24 June are; 30 June is a Tuesday

    with clock.standing_at(datetime(2026, 6, 15, 9, tzinfo=timezone.utc)):
        page = people.signed_in(Client(), owner).get("/manage/reminders").content.decode().replace("\u00a0", " ")

    bands = ["This week", "22 Jun 2026 to 28 Jun 2026", "29 Jun 2026 to 5 Jul 2026", "6 Jul 2026 to 12 Jul 2026"]
    reasons = ["14 days before", "7 days before", "1 day before", "Still open on working day 5"]
    places = [page.index(word) for pair in zip(bands, reasons, strict=True) for word in pair]
    assert places == sorted(places)
    assert page.count('class="band"') == 4


def test_a_changed_date_changes_the_plan_at_once(open_things, thing, owner):
    open_things.append(thing())
    client = people.signed_in(Client(), owner)
    before = client.get("/manage/reminders").content.decode()
    open_things[0] = replace(open_things[0], due_on=date(2026, 8, 3))

    after = client.get("/manage/reminders").content.decode()

    assert "30 days before 1\u00a0Jul\u00a02026." in before
    assert "30 days before 1\u00a0Jul\u00a02026." not in after
    assert "30 days before 3\u00a0Aug\u00a02026." in after


def test_what_was_missed_stands_in_the_plan_of_today_until_it_is_sent(open_things, thing, owner, system):
    """Due in ten days: the steps of thirty and of fourteen days lie behind, and the next look sends the later."""
    open_things.append(thing())

    with clock.standing_at(datetime(2026, 6, 21, 9, tzinfo=timezone.utc)):
        client = people.signed_in(Client(), owner)
        before = client.get("/manage/reminders").content.decode().replace("\u00a0", " ")
        sweep(date(2026, 6, 21), system)
        after = client.get("/manage/reminders").content.decode().replace("\u00a0", " ")

    assert "14 days before 1 Jul 2026. It was not sent on 17 Jun 2026 and is sent at the next look." in before
    assert "30 days before" not in before
    assert "14 days before" not in after
    assert Message.objects.get().title.endswith(", in 10 days.")


def test_what_is_due_today_is_due_today(open_things, thing, owner, system):
    open_things.append(thing())

    sweep(date(2026, 7, 1), system)

    assert Message.objects.get().title.endswith("2026, today.")


def test_the_plan_of_another_fund_is_not_shown(open_things, thing, system):
    open_things.append(thing())
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_two", system=system)
    client = people.signed_in(Client(), stranger)

    page = client.get("/manage/reminders").content.decode()

    assert "Nothing falls due in these days." in page


def test_one_reads_and_marks_ones_own_messages_alone(open_things, thing, owner, behind, system):
    open_things.append(thing())
    sweep(date(2026, 6, 1), system)
    others = services.tell(behind, title="Not yours", at=clock.now())
    client = people.signed_in(Client(), owner)

    page = client.get("/messages").content.decode()
    client.post("/messages")

    others.refresh_from_db()
    assert "Review thing_1" in page
    assert "Not yours" not in page
    assert others.read_at is None
    assert Message.objects.get(reader=owner).read_at == clock.now()
