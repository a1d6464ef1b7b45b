"""A new office's tables are made from the models: they must be those that all migrations end with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MAKE = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from lantian.office.setup import make_tables
make_tables() if sys.argv[1] == "models" else call_command("migrate", verbosity=0)
told = {"left": len(MigrationExecutor(connection).migration_plan(
    MigrationExecutor(connection).loader.graph.leaf_nodes()))}
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        columns = connection.introspection.get_table_description(cursor, table)
        cursor.execute(f'SELECT sql FROM sqlite_master WHERE name = "{table}"')
        checks = cursor.fetchone()[0].count("CHECK")
        constraints = connection.introspection.get_constraints(cursor, table)
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        told[table] = {
            "rows": cursor.fetchone()[0],
            "columns": sorted(str((c.name, c.type_code, c.null_ok, c.default, c.collation)) for c in columns),
            "checks": checks,
            "constraints": sorted(str(sorted((k, str(v)) for k, v in one.items() if k != "definition"))
                                  for name, one in constraints.items() if not name.startswith("__")),
        }
from django.contrib.auth.models import Permission
told["permissions"] = sorted(Permission.objects.values_list("codename", flat=True))
print(json.dumps(told))
"""


@pytest.mark.slow
def test_tables_are_those_of_all_migrations(tmp_path: Path) -> None:
    models, migrations = (_made(tmp_path / how, how) for how in ("models", "migrations"))
    assert models["left"] == migrations["left"] == 0
    assert models.keys() == migrations.keys()
    for name, told in migrations.items():
        assert models[name] == told, name


def _made(data: Path, how: str) -> dict[str, Any]:
    data.mkdir()
    (data / "secret.key").write_text("x" * 50)
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "LANTIAN_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "lantian.office.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", MAKE, how], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
