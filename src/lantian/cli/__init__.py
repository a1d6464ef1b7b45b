"""One command, `lantian`: every floor of the house from the shell.

A user's mistake ends with one clear line on standard error and a non-zero exit code, never a traceback:
1 when what was given is wrong, 2 when the command was called wrongly, 130 when it was stopped.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from lantian import __version__
from lantian.errors import LantianError


class Entry(NamedTuple):
    """Where a command lives and its line on the help page, so that `--help` imports none of them."""

    target: str
    help: str


COMMANDS = {
    "plan": Entry("lantian.cli.plan:plan", "Read an action plan: targets, tasks, units, deadlines."),
    "coverage": Entry("lantian.cli.coverage:coverage", "Child plans against their parent: what is left out."),
    "compare": Entry("lantian.cli.compare:compare", "Two versions of a plan: what changed."),
    "import": Entry("lantian.cli.ambient:import_group", "Take observation files into a store."),
    "screen": Entry("lantian.cli.screen:screen", "What looks wrong in hourly data; capture rates."),
    "review": Entry("lantian.cli.screen:review", "Accept, void or correct suspect hours."),
    "evaluate": Entry("lantian.cli.evaluate:evaluate", "Statistics, composite index and rank of each place."),
    "rank": Entry("lantian.cli.rank:rank", "Rank a pool; change, distance to a line, official lists."),
    "outlook": Entry("lantian.cli.outlook:outlook", "Will a target be attained; back-test of the answer."),
    "dustfall": Entry("lantian.cli.measures:dustfall", "Dustfall: limits, ranking, notice, campaigns."),
    "road-dust": Entry("lantian.cli.road_dust:road_dust", "Road dust: limits, ranking, counties, campaigns."),
    "explain": Entry("lantian.cli.explain:explain", "How one figure came about, to the row and the clause."),
    "species": Entry("lantian.cli.species:species", "VOC and PM2.5 species: ozone potential, mass closure."),
    "changes": Entry("lantian.cli.changes:changes", "Figures that moved since a bulletin, and why."),
    "transfers": Entry("lantian.cli.transfer:transfers", "What cities pay and get by a reward scheme."),
    "dust-days": Entry("lantian.cli.dust_days:dust_days", "Official dust and event days; both results."),
    "telemetry": Entry(
        "lantian.cli.telemetry:telemetry", "The line: listen to stacks and meters, decode, export, simulate."
    ),
    "office": Entry("lantian.cli.office:office", "Set up, fill and serve the office (the web system)."),
    "demo": Entry("lantian.cli.demo:demo", "Build the demonstration province and serve it."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are called."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="lantian")
def cli() -> None:
    """Lantian 蓝天: an air-quality action plan as a running closed loop.

    \b
    Try it:
      lantian demo                                    a simulated province, served on this machine
    With real files:
      lantian plan read plan.docx                     what the plan promises, who must do what by when
      lantian import ambient hours.csv --store air    hourly data into a store
      lantian evaluate --store air --period 2019-06   the six statistics, composite index, rank
    An office of your own:
      lantian office init --data office
      lantian office load --data office plan plan.docx
      lantian office load --data office ambient hours.csv
      lantian office serve --data office
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:  # noqa: PLR0911 - one return a kind of ending
    """Run the command; returns its exit code and prints a user's mistake as one line."""
    try:
        result = cli.main(args=arguments, prog_name="lantian", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else error.format_message())
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "lantian"
        return _fail(f"{error.format_message()} See '{path} --help'.", 2)
    except click.ClickException as error:
        return _fail(error.format_message(), 1)
    except (click.Abort, KeyboardInterrupt):
        return _fail("stopped", 130)
    except LantianError as error:
        return _fail(error.line, 1)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not a mistake. Keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _fail(f"{place}{error.strerror or error}", 1)
    return result if isinstance(result, int) else 0


def _fail(line: str, code: int) -> int:
    click.echo("lantian: " + " ".join(line.split()), err=True)
    return code
