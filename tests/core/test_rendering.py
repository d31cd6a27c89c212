"""Migrations make anew the class that changes, and every class before Python is run."""

from django.core.management.commands import migrate
from django.db import models
from django.db.migrations.state import ModelState

from core.management import rendering


def test_migrations_are_run_from_our_state():
    import core.management.commands.migrate  # noqa: F401 -- puts it in place

    assert migrate.MigrationExecutor is rendering.Executor
    assert isinstance(_rendered().clone(), rendering.State)


def test_a_constraint_makes_anew_only_the_class_that_has_it():
    state = _rendered()
    person, note = _classes(state)

    state.add_constraint("library", "person", models.UniqueConstraint(fields=["name"], name="named_once"))

    anew, still = _classes(state)
    assert (anew is person, still is note) == (False, True)
    assert [one.name for one in anew._meta.constraints] == ["named_once"]


def test_a_new_model_leaves_those_that_it_points_to():
    state = _rendered()
    before = _classes(state)
    about = models.ForeignKey("library.person", models.CASCADE)

    state.add_model(ModelState("library", "Loan", [("id", models.AutoField(primary_key=True)), ("to", about)]))

    assert _classes(state) == before
    assert state.apps.get_model("library", "loan")._meta.get_field("to").related_model is before[0]
    assert state.is_delayed


def test_python_that_is_run_after_it_sees_classes_that_are_in_step():
    state = _rendered()
    state.add_constraint("library", "person", models.UniqueConstraint(fields=["name"], name="named_once"))

    state.clear_delayed_apps_cache()  # as Django does before it

    person, note = _classes(state)
    assert note._meta.get_field("about").related_model is person


def test_a_further_field_that_points_elsewhere_makes_both_anew():
    state = _rendered()
    _person, note = _classes(state)

    state.add_field("library", "person", "first", models.ForeignKey("library.note", models.CASCADE, null=True), True)

    person, anew = _classes(state)
    assert anew is not note
    assert anew._meta.get_field("about").related_model is person


def _rendered():
    state = rendering.State()
    state.add_model(
        ModelState("library", "Person", [("id", models.AutoField(primary_key=True)), ("name", models.TextField())])
    )
    about = models.ForeignKey("library.person", models.CASCADE)
    state.add_model(ModelState("library", "Note", [("id", models.AutoField(primary_key=True)), ("about", about)]))
    assert len(_classes(state)) == 2
    return state


def _classes(state):
    return state.apps.get_model("library", "person"), state.apps.get_model("library", "note")
