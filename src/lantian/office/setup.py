"""An office on this machine: making its folder, starting Django on it, bringing it up to date, serving it.

`DATA/office.json` is written last and marks a folder as an office; without it `init` takes up where it
stopped.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lantian import __version__
from lantian.errors import LantianError

MARK = "office.json"
PREPARED = ".prepared"
FOLDERS = ("lake", "files", "reports", "static")
OURS = {
    *FOLDERS,
    MARK,
    PREPARED,
    "secret.key",
    "reporter.key",
    "db.sqlite3",
    "db.sqlite3-wal",
    "db.sqlite3-shm",
    "demo.json",
}
# Without the letters and digits that are taken for one another.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ANYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


def is_office(data: Path) -> bool:
    """Whether `init` has finished in this folder."""
    return (data / MARK).is_file()


def start(data: Path, *, made: bool = True) -> None:
    """Start Django on an office's folder, once per process.

    Raises
    ------
    LantianError
        there is no office in the folder, or the database's address is wrong
    """
    if made and not is_office(data):
        raise LantianError(
            "there is no office here", where=str(data), remedy=f"Make one: lantian office init --data {data}"
        )
    os.environ["LANTIAN_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.office.settings")
    import django
    from django.conf import settings

    django.setup()
    if Path(settings.DATA) != data.resolve():
        raise LantianError(f"this process serves another office already, {settings.DATA}", where=str(data))
    if made:
        _update_tables()


def _update_tables() -> None:
    """Tables of an office made by an earlier version are brought up to date before anything uses them."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    # Workers are forked from this process: a connection must not be shared between them.
    connection.close()


def make_tables() -> None:
    """Make the tables of a new office from the models as they are, and note every migration as done.

    Replaying each change ever made to the tables ends the same (tests/office/test_tables.py compares tables
    and rows) and takes twenty times as long. A database that holds anything is brought up to date step by
    step instead.
    """
    from django.apps import apps
    from django.core.management import call_command
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    loader, recorder = executor.loader, executor.recorder
    steps = [migration for migration, _ in executor.migration_plan(loader.graph.leaf_nodes())]
    if connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
        return
    # One transaction: an interrupted start leaves an empty database, never half of the tables.
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.app_label in loader.migrated_apps and model._meta.can_migrate(connection):
                editor.create_model(model)
        editor.create_model(recorder.Migration)
        for step in steps:
            recorder.record_applied(step.app_label, step.name)
    emit_post_migrate_signal(0, False, connection.alias, plan=[(step, False) for step in steps])


@dataclass(frozen=True, slots=True)
class Made:
    """What `init` made: the first administrator, and their password unless it was given."""

    admin: str
    password: str | None
    regions: int


def initialise(data: Path, admin: str = "admin", password: str | None = None) -> Made | None:
    """Make an office; None when there is one already, and then nothing is changed.

    Parameters
    ----------
    data
        a folder that is absent, empty, or where an earlier `init` was interrupted
    admin
        sign-in name of the first administrator
    password
        theirs; a random one, to be replaced at the first sign-in, when None

    Raises
    ------
    LantianError
        the folder holds something else, or the name is not one
    """
    if is_office(data):
        return None
    if data.exists() and not data.is_dir():
        raise LantianError("this is a file, not a folder", where=str(data))
    present = data.iterdir() if data.exists() else ()
    strangers = sorted(entry.name for entry in present if entry.name not in OURS)
    if strangers:
        raise LantianError(
            f"the folder holds something that is not Lantian's ({strangers[0]})",
            where=str(data),
            remedy="Name a new or an empty folder.",
        )
    for folder in FOLDERS:
        (data / folder).mkdir(parents=True, exist_ok=True)
    _secret(data / "secret.key")
    start(data, made=False)
    make_tables()
    made = _fill(admin, password)
    content = {"version": __version__, "admin": made.admin}
    part = data / f"{MARK}.part"
    part.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    part.replace(data / MARK)
    return made


def _secret(file: Path) -> None:
    """A key for signing sessions that only the owner can read; an existing one is kept."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as sink:
        sink.write(secrets.token_urlsafe(50) + "\n")


def _fill(admin: str, password: str | None) -> Made:
    """The carried region register and the first administrator, or neither."""
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from lantian.office.people.actions import record
    from lantian.office.people.models import User
    from lantian.office.people.rules import Role
    from lantian.office.regions.actions import CARRIED, load_regions
    from lantian.office.regions.models import Region

    one_time = None if password else "-".join(_letters(4) for _ in range(4))
    with transaction.atomic():
        load_regions([CARRIED])
        person = User.objects.filter(username=admin).first() or User(username=admin)
        person.role = Role.ADMINISTRATOR
        person.is_staff = person.is_superuser = person.is_active = True
        person.must_change_password = password is None
        person.set_password(password or one_time)
        try:
            person.full_clean(exclude=["password"])
        except ValidationError as error:
            raise LantianError(f'"{admin}": {error.messages[0]}', where="--admin") from None
        person.save()
        record(None, "init", person, after={"username": admin, "role": str(person.role)})
    return Made(admin, one_time, Region.objects.count())


def _letters(number: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(number))


def fingerprint() -> str:
    """Changes whenever tables or static files may have: versions, migrations, everything under `static`."""
    digest = hashlib.sha256()
    for package in ("lantian", "django", "django-unfold", "django-ninja", "django-htmx"):
        digest.update(f"{package} {version(package)}\n".encode())
    office = Path(__file__).parent
    for folder in ("static", "*/static", "*/migrations"):
        for file in sorted(
            path for root in office.glob(folder) for path in root.rglob("*") if path.is_file()
        ):
            if file.suffix != ".pyc":
                stat = file.stat()
                digest.update(f"{file.relative_to(office)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    digest.update(os.environ.get("DATABASE_URL", "").encode())
    return digest.hexdigest()


def prepare(data: Path, say: Callable[[str], Any] = print) -> bool:
    """Bring tables and static files up to date when something changed since the last time; says whether it
    did.

    Runs in a process of its own, because Django fixes how it names static files when it starts.
    """
    current = fingerprint()
    stamp = data / PREPARED
    if stamp.exists() and stamp.read_text() == current:
        return False
    say("bringing the office up to date …")
    environment = {**os.environ, "LANTIAN_DATA": str(data.resolve())}
    done = subprocess.run(
        [sys.executable, "-m", "lantian.office.setup"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise LantianError(f"the office could not be brought up to date: {reason}", where=str(data))
    stamp.write_text(current)
    return True


def free_port(host: str, port: int) -> None:
    """Make sure the port can be had, before anything long is begun.

    Raises
    ------
    LantianError
        another program has it, or it may not be had by this user, or the host is not this machine's
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise LantianError(f'"{host}" is not a host name or address', where="--host") from None
    except PermissionError:
        raise LantianError(
            f"port {port} is reserved for the system", where="--port", remedy="Choose one above 1023."
        ) from None
    except OSError as error:
        reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
        raise LantianError(
            f"port {port} on {host} {reason}", where="--port", remedy="Choose another one with --port."
        ) from None


def serve(data: Path, host: str = "127.0.0.1", port: int = 8000, say: Callable[[str], Any] = print) -> None:
    """Serve an office until it is stopped.

    Raises
    ------
    LantianError
        no office in the folder, the port cannot be had, or a rule file of the office is wrong
    """
    if not is_office(data):
        start(data)  # raises, and says what to do
    free_port(host, port)
    prepare(data, say)
    named = "*" if host in ANYWHERE else host
    os.environ["LANTIAN_HOSTS"] = ",".join(filter(None, (os.environ.get("LANTIAN_HOSTS", ""), named)))
    start(data)
    from gunicorn.app.base import BaseApplication

    from lantian.office.monitoring import kernel

    kernel.rulebook()  # a mistake in the office's own rules is told here, not on every page

    shown = "127.0.0.1" if host in ANYWHERE else host

    class Office(BaseApplication):
        """Gunicorn with threads, configured here and nowhere else."""

        def load_config(self) -> None:
            bound = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            options = {
                "bind": bound,
                "worker_class": "gthread",
                "workers": 2,
                "threads": 4,
                "timeout": 120,
                "graceful_timeout": 5,
                "preload_app": True,
                "loglevel": "error",
                "control_socket_disable": True,
                "when_ready": lambda _: say(f"Lantian is at http://{shown}:{port}/  (stop it with Ctrl-C)"),
            }
            for key, value in options.items():
                self.cfg.set(key, value)

        def load(self) -> Any:
            from lantian.office.wsgi import application

            return application

    Office().run()


def _bring_up_to_date() -> None:
    """The process `prepare` starts."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.office.settings")
    settings.STORAGES["staticfiles"]["BACKEND"] = settings.MANIFEST_STORAGE
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


if __name__ == "__main__":
    _bring_up_to_date()
