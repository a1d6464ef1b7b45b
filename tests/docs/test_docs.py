"""The docs keep their promises: commands, settings, libraries, terms have their line; what they show runs."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lantian import glossary
from lantian.cli import COMMANDS, run

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README, README_ZH = ROOT / "README.md", ROOT / "README.zh-CN.md"
PAGES = [*sorted(DOCS.glob("*.md")), README, README_ZH]


def leaf_commands() -> Iterator[tuple[str, click.Command]]:
    def walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for child_name in command.list_commands(context):
                child = command.get_command(context, child_name)
                assert child is not None, f"{name} {child_name}"
                yield from walk(f"{name} {child_name}", child)
        else:
            yield name, command

    for name, entry in COMMANDS.items():
        module, _, attribute = entry.target.partition(":")
        yield from walk(f"lantian {name}", getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize(("name", "command"), [pytest.param(*leaf, id=leaf[0]) for leaf in leaf_commands()])
def test_each_command_and_option_has_its_page(name: str, command: click.Command) -> None:
    texts = [page.read_text(encoding="utf-8") for page in DOCS.glob("*.md")]
    # `office load --data DIR plan` shows the command `office load plan`.
    showing = [text for text in texts if name in re.sub(r" --data \S+", "", text)]
    assert showing, f"no page of docs/ shows `{name}`"
    text = "\n".join(showing)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            longest = max(parameter.opts, key=len)
            assert longest in text, f"`{name} {longest}` stands on no page that shows `{name}`"


def test_each_setting_has_its_line() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    settings = set(re.findall(r"[\"'](LANTIAN_[A-Z_]+|DATABASE_URL)[\"']", source))
    assert "DATABASE_URL" in settings
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert sorted(s for s in settings if f"`{s}`" not in page) == []


def test_each_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    names = {re.split(r"[\[<>=!~;, ]", line, maxsplit=1)[0] for line in wanted}
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_the_glossary_page_is_the_glossary() -> None:
    assert (DOCS / "glossary.md").read_text(encoding="utf-8") == glossary.page()
    assert glossary.term("pm2_5").label("zh-hans") == "细颗粒物"
    assert glossary.term("pm2_5").label("en") == "fine particulate matter"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} points to {target}, which is not there"


def documented_commands(page: Path) -> list[str]:
    """The `$ lantian …` lines of a page's ```console blocks, in order; a backslash continues a line."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line[2:] for line in lines if line.startswith("$ lantian ")]


def test_both_readmes_show_the_same_commands() -> None:
    assert documented_commands(README) == documented_commands(README_ZH)


ONE_AFTER_ANOTHER = """
import json, sys
from lantian.cli import run
for line, words in json.load(sys.stdin):
    if code := run(words):
        sys.exit(f"{line} ended with {code}")
"""
RUNNING = [page for page in PAGES if page != README_ZH and documented_commands(page)]


@pytest.mark.parametrize("page", RUNNING, ids=lambda page: page.name)
def test_documented_commands_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each page's commands run one after the other in an empty folder that holds the files of docs/samples.

    `serve` and `demo` do not end by themselves; the browser tests start them.
    """
    shutil.copytree(DOCS / "samples", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    lines = [(line, shlex.split(line, comments=True)[1:]) for line in documented_commands(page)]
    lines = [(line, words) for line, words in lines if words[0] != "demo" and "serve" not in words]
    if any(words[0] == "office" for _, words in lines):
        # Django is set up once a process, for one office: that of the page. Each command in a process of its
        # own is tests/cli/test_office.py.
        given = json.dumps(lines)
        command = [sys.executable, "-c", ONE_AFTER_ANOTHER]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{page.name}: {done.stderr}"
        return
    for line, words in lines:
        code = run(words)
        assert code == 0, f"{page.name}: {line}\n{capfd.readouterr().err}"
