"""Many new tables in one step of a migration.

Django draws the models of the whole office anew for each table and index it makes; with seventy tables that
all point to regions and units this takes two minutes. Here everything is told to the state first, and the
tables are made from what it is then: seconds. Tables, indexes and keys are the same;
`tests/office/test_tables.py` holds them to the models.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel


class AtOnce(Operation):
    """Operations that only make new tables: `CreateModel`, and fields, indexes, constraints added to them."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.operations], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        # What was drawn is thrown away, so that nothing is drawn again until all is told.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in self._models(app_label, to_state):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in reversed(self._models(app_label, from_state)):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        return f"Create {sum(isinstance(one, CreateModel) for one in self.operations)} models at once"

    def _models(self, app_label: str, state: Any) -> list[Any]:
        made = [one for one in self.operations if isinstance(one, CreateModel)]
        return [state.apps.get_model(app_label, one.name) for one in made]
