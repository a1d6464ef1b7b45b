"""The office's tests: catalogues compiled, a data folder of their own, a small province, people in it.

They run on SQLite in a folder of pytest's, or on PostgreSQL when DATABASE_URL names one.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "lantian"
HERE = Path(__file__).parent


def load(name: str) -> ModuleType:
    """A helper module of this folder; pytest's importlib mode puts no folder on the path."""
    spec = importlib.util.spec_from_file_location(f"office_tests_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With DATABASE_URL only what asks for a database runs: the rest cannot come out differently."""
    if not os.environ.get("DATABASE_URL"):
        return
    kept, apart = [], []
    for item in items:
        asked = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        ours = HERE in item.path.parents
        (kept if asked or item.get_closest_marker("django_db") or not ours else apart).append(item)
    config.hook.pytest_deselected(items=apart)
    items[:] = kept


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogues() -> None:
    """Compile every catalogue that is newer than its `.mo`, as the build hook does."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in SOURCE.rglob("locale/*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3])
        part = mo.with_name(f"{mo.name}.{id(po)}.part")
        with part.open("wb") as target:
            write_mo(target, catalogue)
        part.replace(mo)


@pytest.fixture(autouse=True)
def office_language(settings: Any) -> None:
    """Each test begins in the office's language, whatever a page asked for before it."""
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite as the office runs it, a file with its write-ahead log: live servers and threads share it."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def office_data(tmp_path: Path, settings: Any) -> Path:
    """An office's folder of this test's own, as `settings.DATA`."""
    data = tmp_path / "office"
    for folder in ("lake", "files", "reports"):
        (data / folder).mkdir(parents=True)
    settings.DATA = data
    settings.MEDIA_ROOT = str(data / "files")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(data / "files")},
        },
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return data


@pytest.fixture
def province(db: None) -> dict[str, Any]:
    """A province, two cities, three counties and a township by code: 140000, 141000 with 141002 and 141024,
    140100 with 140105, and 141002001 under 141002."""
    from lantian.office.regions.models import Region

    rows = (
        ("140000", "山西省", "Shanxi Province", "山西", "Shanxi", "province", None, None),
        ("140100", "太原市", "Taiyuan City", "太原", "Taiyuan", "city", "140000", (1, 2)),
        ("141000", "临汾市", "Linfen City", "临汾", "Linfen", "city", "140000", (0, 4)),
        ("140105", "小店区", "Xiaodian District", "小店", "Xiaodian", "county", "140100", (0, 0)),
        ("141002", "尧都区", "Yaodu District", "尧都", "Yaodu", "county", "141000", (1, 1)),
        ("141024", "洪洞县", "Hongtong County", "洪洞", "Hongtong", "county", "141000", (1, 0)),
        ("141002001", "解放路街道", "", "解放路", "", "township", "141002", None),
    )
    made: dict[str, Any] = {}
    for code, name, name_en, short, short_en, level, parent, tile in rows:
        made[code] = Region.objects.create(
            code=code,
            name=name,
            name_en=name_en,
            short=short,
            short_en=short_en,
            level=level,
            parent=made.get(parent) if parent else None,
            tile_col=tile[0] if tile else None,
            tile_row=tile[1] if tile else None,
        )
    return made


@pytest.fixture
def person(province: dict[str, Any]) -> Any:
    """`person("wang", "141002", role="analyst")`: a user of a region; the password is `secret-of-wang`."""
    from lantian.office.people.models import User

    def make(name: str, code: str | None = None, role: str = "county_officer", **more: Any) -> Any:
        user = User(username=name, region=province[code] if code else None, role=role, **more)
        user.set_password(f"secret-of-{name}")
        user.save()
        return user

    return make


@pytest.fixture
def signed_in(client: Any) -> Any:
    """`signed_in(user)`: a test client signed in as that user."""
    from django.test import Client

    def enter(user: Any) -> Any:
        browser = Client()
        browser.force_login(user)
        return browser

    return enter


@pytest.fixture
def scope_doors() -> Any:
    """The check of every door a thing can be seen through: tests/office/scope_doors.py."""
    return load("scope_doors").check_scope_doors


@pytest.fixture
def query_counts(person: Any, request: pytest.FixtureRequest) -> Any:
    """`query_counts("dispatch", {"dispatch:round": {"pk": 3}}, grow=…)`: tests/office/query_counts.py."""
    counting = load("query_counts")
    people = {role: person(f"counted-{role}", code, role=role) for role, code in counting.ROLES}

    def check(app: str, addresses: Any = (), grow: Any = None) -> None:
        update = request.config.getoption("--update-query-counts")
        counting.check(app, dict(addresses), grow, people, update)

    return check


@pytest.fixture(scope="session")
def messages_and_catalogues() -> ModuleType:
    """Reading msgids and catalogues: tests/office/catalogue.py."""
    return load("catalogue")
