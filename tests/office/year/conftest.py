"""The simulated year, played once for all tests of this folder, in a transaction that is taken back."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent


def part(name: str) -> ModuleType:
    """A module of this folder; pytest's importlib mode puts no folder on the path."""
    known = f"office_year_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, HERE / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[known] = module  # dataclasses look their own module up
        spec.loader.exec_module(module)
    return sys.modules[known]


@pytest.fixture(scope="module")
def office_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office's folder of the whole year, in the place of one for each test."""
    data = tmp_path_factory.mktemp("year") / "office"
    for folder in ("lake", "files", "reports"):
        (data / folder).mkdir(parents=True)
    return data


@pytest.fixture(scope="module")
def year(
    office_data: Path, shared: Path, django_db_setup: None, django_db_blocker: Any, compiled_catalogues: None
) -> Iterator[Any]:
    """The year as it was played, and what the oracle says of it: see `world.py`."""
    from django.conf import settings
    from django.db import transaction
    from django.test import override_settings

    storages = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(office_data / "files")},
        },
    }
    with (
        django_db_blocker.unblock(),
        override_settings(DATA=office_data, MEDIA_ROOT=str(office_data / "files"), STORAGES=storages),
        transaction.atomic(),
    ):
        world = part("world").World(shared / "seeds", part)
        world.play()
        yield world
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def oracle() -> ModuleType:
    """The year worked out without the office: `oracle.py`."""
    return part("oracle")


@pytest.fixture(scope="session")
def behaviour() -> ModuleType:
    """How the simulated units behave: `behaviour.py`."""
    return part("behaviour")
