"""Principles and the questionnaire are published from a table by an ethics officer, with a command."""

import pytest
from django.core.management import CommandError, call_command

from core.audit.models import AuditEvent
from core.ethics import queries
from core.ethics.models import Principle
from core.questionnaires import queries as questionnaires
from core.questionnaires.models import Questionnaire
from demo import tables
from tests.factories import people

TITLES = {"title_en": "Responsible use", "title_fr": "Usage responsable", "origin_en": "Ours", "origin_fr": "À nous"}
QUESTIONS = tables.FOLDER / "ethics_questions.csv"


@pytest.fixture
def officer(system):
    return people.person(role="ethics-officer", system=system)


@pytest.fixture
def publish(officer):
    def _publish(file=QUESTIONS, *, number=1, by=officer):
        call_command("publish_questionnaire", file, by=by.email, number=number, **TITLES)

    return _publish


def test_an_officer_publishes_the_questions_of_a_table_and_the_next_version(publish, officer, tmp_path):
    publish()
    shorter = tmp_path / "two.csv"
    shorter.write_text("".join(QUESTIONS.read_text().splitlines(keepends=True)[:3]))
    publish(shorter, number=2)

    latest = questionnaires.latest("responsible-use")
    assert (latest.version, [one.code for one in questionnaires.questions(latest)]) == (2, ["AI-LAW-1", "AI-LAW-2"])
    assert Questionnaire.objects.get(version=1).questions.count() == len(tables.rows("ethics_questions"))
    assert {one.actor for one in AuditEvent.objects.filter(kind="questionnaire.published")} == {officer.public_id}


def test_principles_are_recorded_once(officer, capsys):
    for _time in range(2):
        call_command("record_principles", tables.FOLDER / "principles.csv", by=officer.email)

    assert capsys.readouterr().out.count("principles of the file are recorded.") == 2
    assert Principle.objects.count() == len(tables.rows("principles"))
    assert queries.principles(["AI"])[0].name_fr == "Licéité"
    assert AuditEvent.objects.filter(kind="principles.recorded").count() == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("code,group,kind,text_en,text_fr\nA,AI,text,Why?,\n", "Row 2, column “Question in French”: The cell is empty"),
        ("code,group,kind,text_en,text_fr\nA,AI,song,Why?,Pourquoi ?\n", "Row 2, column “Kind”: “song” is none of"),
        (
            "code,group,kind,text_en,text_fr\n" + "A,AI,text,Why?,Pourquoi ?\n" * 2,
            "Row 3: “A” stands in the file twice",
        ),
        ("code,group,kind,text_en\nA,AI,text,Why?\n", "lacks what every row must have: Question in French"),
        ("", "The file is empty."),
    ],
)
def test_what_is_wrong_in_a_table_is_named_and_nothing_is_published(publish, tmp_path, text, refusal):
    file = tmp_path / "wrong.csv"
    file.write_text(text)

    with pytest.raises(CommandError, match=refusal):
        publish(file)

    assert not Questionnaire.objects.exists()


def test_a_version_that_stands_a_stranger_and_a_missing_file_are_refused(publish, system, tmp_path):
    publish()
    manager = people.person(role="administrator", system=system)

    with pytest.raises(CommandError, match="This version is published and stays as it is"):
        publish()
    with pytest.raises(CommandError, match="not"):
        publish(number=2, by=manager)
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        publish(tmp_path / "nowhere.csv", number=2)
    with pytest.raises(CommandError, match=r"No active account has the address nobody@example\.org"):
        call_command("publish_questionnaire", QUESTIONS, by="nobody@example.org", number=2, **TITLES)

    assert Questionnaire.objects.count() == 1


@pytest.mark.parametrize(
    ("found", "put", "refusal"),
    [
        ("Lawfulness", "Legality", "Principle AI-LAW is recorded with other words and stays as it is"),
        ("AI-LAW,AI,1", "AI-NEW,AI,1", "Principle AI-NEW cannot stand at place 1 of its family"),
        ("AI-LAW,AI,1", "AI-NEW,AI,70000", "a place is a number from 1 to 99"),
    ],
)
def test_a_principle_that_stands_is_never_changed_and_none_takes_its_place(officer, tmp_path, found, put, refusal):
    principles = tables.FOLDER / "principles.csv"
    call_command("record_principles", principles, by=officer.email)
    file = tmp_path / "other.csv"
    file.write_text(principles.read_text().replace(found, put, 1))

    with pytest.raises(CommandError, match=refusal):
        call_command("record_principles", file, by=officer.email)

    assert Principle.objects.count() == len(tables.rows("principles"))


@pytest.mark.parametrize("wrong", [{"number": 0}, {"number": 40_000}, {"title_fr": " "}, {"origin_en": "x" * 301}])
def test_a_head_that_does_not_fit_is_refused(officer, wrong):
    with pytest.raises(CommandError, match="A version is a number from 1 to 9999"):
        call_command("publish_questionnaire", QUESTIONS, **{"by": officer.email, "number": 1, **TITLES, **wrong})
