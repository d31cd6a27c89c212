"""Migrations whose classes are made anew only where they change: three quarters of a first migration went into that."""

from typing import Any, Self

from django.db.migrations import executor
from django.db.migrations import state as states


class State(states.ProjectState):
    """
    Makes one class where an operation changes nothing that another model looks at: a constraint, a trigger, a new model.

    Django makes every class anew that is one relation away, which here, where all know a person, are nearly all. As it
    does itself, this notes that classes are out of step, so that all are made anew before Python is run.
    """

    @classmethod
    def of(cls, found: states.ProjectState) -> Self:
        made = cls()
        vars(made).update(vars(found))
        return made

    def clone(self) -> "State":
        return State.of(super().clone())

    def _find_reload_model(self, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        is_new = model_name not in self.apps.all_models[app_label]
        if not (delay or is_new):
            return super()._find_reload_model(app_label, model_name)  # type: ignore[misc]
        self.is_delayed = True
        return {(app_label, model_name)}


class Executor(executor.MigrationExecutor):
    """Django's, from a state of ours."""

    def _create_project_state(self, *args: Any, **options: Any) -> State:
        return State.of(super()._create_project_state(*args, **options))  # type: ignore[misc]
