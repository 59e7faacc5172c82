"""The commands of docs/cli.md: what is typed becomes a call of `app`, what comes back becomes lines and an exit code.

Only parsing, printing and exit codes live here. Nothing heavy is imported before the command is known, and the modules
of the window only by the command that opens one.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from planner_gui import __version__
from planner_gui.domain.entities import Span, default_span
from planner_gui.domain.errors import PlannerError, UsageError

if TYPE_CHECKING:
    from planner_gui.app.writing import Outcome

DONE, FAILED, USAGE = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """An argument parser whose faults are one line (docs/cli.md)."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, advice=f"See {self.prog} --help.")


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; returns the exit code. Errors are one line on standard error, never a traceback."""
    try:
        return _dispatch(arguments)
    except UsageError as error:
        _complain(error)
        return USAGE
    except PlannerError as error:
        _complain(error)
        return FAILED
    except BrokenPipeError:
        # The reader of our output went away: nobody is left to tell, and the exit must not try to flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if os.environ.get("PLANNER_GUI_TRACEBACK"):
            raise
        what = f"an error in this program ({type(error).__name__})"
        _complain(
            PlannerError(what, advice="Nothing was lost. Set PLANNER_GUI_TRACEBACK=1 to see where, and report it.")
        )
        return FAILED
    except KeyboardInterrupt:
        print("planner-gui: stopped; the last whole reading is kept", file=sys.stderr)
        return FAILED


def _dispatch(arguments: Sequence[str]) -> int:
    command = arguments[0] if arguments else ""
    if command in _COMMANDS:
        add_arguments, carry_out, summary = _COMMANDS[command]
        parser = _Parser(prog=f"planner-gui {command}", description=summary, allow_abbrev=False)
        add_arguments(parser)
    else:
        carry_out = _window
        parser = _Parser(
            prog="planner-gui",
            description="A capacity planner: who is free, who is over-allocated, and why.",
            epilog=_commands_help(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        _window_arguments(parser)
    try:
        options = parser.parse_args(list(arguments[1:] if command in _COMMANDS else arguments))
    except SystemExit as done:  # --help and --version print and end here
        return int(done.code or 0)
    if command not in _RECORDED:
        return carry_out(options)
    from planner_gui.app import runs

    with runs.begun(command) as run:
        for line in run.said_of_before():
            _say(f"planner-gui: {line}")
        return carry_out(options)


def _commands_help() -> str:
    lines = [f"  {name:<10}{summary}" for name, (_, _, summary) in _COMMANDS.items()]
    return "commands (planner-gui COMMAND --help tells more):\n" + "\n".join(lines)


def _complain(error: PlannerError) -> None:
    print(f"planner-gui: {' '.join(str(error).split())}", file=sys.stderr)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _warn_of_root() -> None:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        _say("planner-gui: warning: running as root; files will belong to root, and its keyring is not your own")


# --- what is typed ----------------------------------------------------------------------------------------------------


def a_date(text: str) -> date:
    """YYYY-MM-DD, nothing else."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):  # fromisoformat takes 2026-W13-7 too (D5)
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-30")


def a_whole_number(text: str) -> int:
    """0 or more."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")


def an_option(text: str) -> tuple[str, str]:
    """KEY=VALUE."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key.strip(), value.strip()


def today() -> date:
    """PLANNER_GUI_TODAY where set, else the computer's date: the only clock that plans see."""
    text = os.environ.get("PLANNER_GUI_TODAY", "")
    if not text:
        return date.today()  # noqa: DTZ011 - the user's own calendar day is meant
    try:
        return a_date(text)
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error), subject="PLANNER_GUI_TODAY") from error


def span_of(options: argparse.Namespace) -> Span:
    """--from to --to; by default the month before today to twelve months after (docs/cli.md)."""
    usual = default_span(today())
    first, last = options.first or usual.start, options.last or usual.end
    if last < first:
        raise UsageError(f"--to {last} comes before --from {first}")
    return Span(first, last)


def _range_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", metavar="DATE", type=a_date, help="first date; a month before today")
    parser.add_argument("--to", dest="last", metavar="DATE", type=a_date, help="last date; twelve months after today")


def _workspace_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", metavar="WORKSPACE", type=Path, help="the workspace's folder")


# --- the window -------------------------------------------------------------------------------------------------------


def _window_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", metavar="WORKSPACE", nargs="?", type=Path, help="open this workspace (a folder)")
    parser.add_argument("--demo", action="store_true", help="open a pretend company: no account, no network")
    parser.add_argument("--safe", action="store_true", help="read no cache, use default settings: to mend a start")
    parser.add_argument("--allow-root", action="store_true", help="open a window as root, where packages refuse to")
    parser.add_argument("--version", action="version", version=f"planner-gui {__version__}")


def _window(options: argparse.Namespace) -> int:
    if options.demo and options.workspace:
        raise UsageError("--demo opens its own workspace; leave WORKSPACE out")
    if options.demo and options.safe:
        raise UsageError("--demo has no cache and no settings of its own; leave --safe out")
    if options.workspace and not options.workspace.exists() and options.workspace.name == str(options.workspace):
        names = ", ".join(_COMMANDS)
        raise UsageError(
            f"{options.workspace} is neither a command ({names}) nor a workspace's folder",
            advice=f"Make it with: planner-gui init {options.workspace}",
        )
    from planner_gui.app import bundled
    from planner_gui.app.display import require_display

    require_display()
    _warn_of_root()
    bundled.refuse_root(options.allow_root)
    from planner_gui.app import start

    start.hasten()
    from planner_gui.app import runs

    with runs.begun(runs.WINDOW) as run:
        from planner_gui.app import desktop

        if options.demo:
            return desktop.open_demo(today(), run=run)
        return desktop.open_window(options.workspace, today(), safe=options.safe, run=run)


# --- init and connect -------------------------------------------------------------------------------------------------


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    _workspace_argument(parser)
    parser.add_argument("--schedule", help='working time, such as "mon-fri 8h" (default) or "mon-wed 8h, thu 4h"; none')
    parser.add_argument("--holidays", default="", metavar="REGION", help="public holidays, such as DE or DE-BY")
    parser.add_argument("--timezone", default="", metavar="ZONE", help="such as Europe/Berlin; the computer's")


def _init(options: argparse.Namespace) -> int:
    from planner_gui.app import commands

    _warn_of_root()
    for line in commands.make_workspace(options.workspace, options.schedule, options.holidays, options.timezone):
        print(line)
    return DONE


def _connect_arguments(parser: argparse.ArgumentParser) -> None:
    from planner_gui.sources.base import KINDS

    _workspace_argument(parser)
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help=f"one of {', '.join(KINDS)}")
    parser.add_argument("--name", required=True, help="what the connection is called here")
    parser.add_argument("--url", default="", help="the service's address, for the kinds that need one")
    parser.add_argument(
        "--option", action="append", default=[], dest="options", metavar="KEY=VALUE", type=an_option, help="repeatable"
    )


def _connect(options: argparse.Namespace) -> int:
    from planner_gui.app import commands
    from planner_gui.sources.base import Connection

    chosen: dict[str, str] = {}
    for key, value in options.options:
        if key in chosen:
            raise UsageError(f"--option {key} is given twice")
        chosen[key] = value
    if not options.name.strip():
        raise UsageError("--name cannot be empty")
    _warn_of_root()
    connection = Connection(options.name.strip(), options.kind, options.url.strip(), chosen)
    commands.require_new_connection(options.workspace, connection, today())  # before a secret is asked for
    for line in commands.connect(options.workspace, connection, _secret(connection.options), today()):
        print(line)
    return DONE


def _secret(options: Mapping[str, str]) -> str:
    """The secret from standard input, never an argument; without echo on a terminal."""
    wants_cookie = options.get("cookie") == "yes"
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("the secret is read from standard input, and there is none")
    if sys.stdin.isatty():
        import getpass

        lines = [getpass.getpass("Token or password (not shown): ")]
        if wants_cookie:
            lines.append(getpass.getpass("JSESSIONID (not shown): "))
    else:
        lines = sys.stdin.read().splitlines()
    secret = "\n".join(line.strip() for line in lines[: 2 if wants_cookie else 1])
    if not secret.strip():
        raise UsageError("no secret came on standard input", advice="Pipe it in, or run the command on a terminal.")
    return secret


# --- sync and export --------------------------------------------------------------------------------------------------


def _sync_arguments(parser: argparse.ArgumentParser) -> None:
    _workspace_argument(parser)
    _range_arguments(parser)
    parser.add_argument("--connection", default="", metavar="NAME", help="read this connection only")
    parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object, as the last line")


def _sync(options: argparse.Namespace) -> int:
    import json

    from planner_gui.app import commands

    span = span_of(options)
    _warn_of_root()
    shown = _progress_line() if sys.stderr.isatty() else None
    outcome = commands.sync(options.workspace, span, options.connection, today(), shown)
    if shown:
        shown("")
    for line in outcome.lines:
        _say(line)
    if options.json:
        print(json.dumps(outcome.document, ensure_ascii=False))
    else:
        print("\n".join(outcome.summary))
    return DONE if outcome.whole else FAILED


def _progress_line() -> Callable[[str], None]:
    """Shows a text on the terminal's last line, over the one before."""

    def show(text: str) -> None:
        width = 100
        sys.stderr.write(f"\r{text[:width]:<{width}}" + ("" if text else "\r"))
        sys.stderr.flush()

    return show


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    _workspace_argument(parser)
    parser.add_argument("--format", required=True, choices=("json", "csv"))
    _range_arguments(parser)
    parser.add_argument("--output", required=True, metavar="FILE", type=Path)
    parser.add_argument(
        "--people", default="", metavar="TEXT", help="only people whose name, e-mail or team holds TEXT"
    )


def _export(options: argparse.Namespace) -> int:
    from planner_gui.app import commands

    for line in commands.export(
        options.workspace, options.format, span_of(options), options.output, options.people, today()
    ):
        _say(line)
    return DONE


# --- edit, changes, send, resolve -------------------------------------------------------------------------------------


def _edit_arguments(parser: argparse.ArgumentParser) -> None:
    _workspace_argument(parser)
    parser.add_argument("file", metavar="FILE", type=Path, help="edits as JSON, see docs/cli.md")


def _edit(options: argparse.Namespace) -> int:
    from planner_gui.app import writing

    _warn_of_root()
    return _told(writing.edit(options.workspace, options.file, today()))


def _changes_arguments(parser: argparse.ArgumentParser) -> None:
    _workspace_argument(parser)
    parser.add_argument("--json", action="store_true", help="print them as one JSON object")


def _changes(options: argparse.Namespace) -> int:
    from planner_gui.app import writing

    return _told(writing.changes(options.workspace, today(), as_json=options.json))


def _send_arguments(parser: argparse.ArgumentParser) -> None:
    _workspace_argument(parser)
    parser.add_argument("ids", metavar="ID", nargs="*", help="a change, as `changes` names it")
    parser.add_argument("--all", action="store_true", dest="every", help="everything that is pending")


def _send(options: argparse.Namespace) -> int:
    if options.every == bool(options.ids):
        raise UsageError("say which changes: --all, or their ids", advice="See `planner-gui changes`.")
    from planner_gui.app import writing

    _warn_of_root()
    return _told(writing.send(options.workspace, None if options.every else options.ids, today()))


def _resolve_arguments(parser: argparse.ArgumentParser) -> None:
    _workspace_argument(parser)
    parser.add_argument("id", metavar="ID", help="a change, as `changes` names it")
    parser.add_argument("choice", choices=("look", "again", "drop", "mine", "theirs"))


def _resolve(options: argparse.Namespace) -> int:
    from planner_gui.app import writing

    _warn_of_root()
    return _told(writing.resolve(options.workspace, options.id, options.choice, today()))


def _told(outcome: Outcome) -> int:
    """Say what a command came to, and give its exit code."""
    for line in outcome.lines:
        print(line)
    for line in outcome.faults:
        _say(line)
    return DONE if outcome.whole else FAILED


# --- the rest ---------------------------------------------------------------------------------------------------------


def _sandbox_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=a_whole_number, default=0, help="loopback port; a free one by default")
    parser.add_argument("--people", type=a_whole_number, default=60)
    parser.add_argument("--seed", type=a_whole_number, default=1)
    parser.add_argument("--latency", type=a_whole_number, default=0, metavar="MS", help="wait before each answer")


def _sandbox(options: argparse.Namespace) -> int:
    if options.port > 65535:
        raise UsageError(f"--port {options.port} is not a port")
    if not 1 <= options.people <= 20_000:
        raise UsageError("--people is 1 to 20000")
    from planner_gui.app import commands

    commands.serve_sandbox(options.port, options.people, options.seed, options.latency, today())
    return DONE


def _doctor_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", metavar="WORKSPACE", nargs="?", type=Path)


def _doctor(options: argparse.Namespace) -> int:
    from planner_gui.app import commands

    for line in commands.examine(options.workspace, today()):
        print(line)
    return DONE


_COMMANDS: dict[str, tuple[Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int], str]] = {
    "init": (_init_arguments, _init, "Make a workspace: a folder that holds one plan."),
    "connect": (_connect_arguments, _connect, "Add a connection; the secret is read from standard input."),
    "sync": (_sync_arguments, _sync, "Read every connection into the workspace."),
    "edit": (_edit_arguments, _edit, "Add the edits of a file to the queue, all or none."),
    "changes": (_changes_arguments, _changes, "List the changes that were not sent yet, and their states."),
    "send": (_send_arguments, _send, "Send changes to their services."),
    "resolve": (_resolve_arguments, _resolve, "Settle a change without an answer, or one that somebody else changed."),
    "export": (_export_arguments, _export, "Write the plan to a file, from what was last read; offline."),
    "sandbox": (_sandbox_arguments, _sandbox, "Serve a pretend company on a loopback socket."),
    "doctor": (_doctor_arguments, _doctor, "Say versions, keyring, files and each connection's reach; no secrets."),
}

# Commands that change something or ask a service: with a log, and a mark for the next start (docs/cli.md).
_RECORDED = ("connect", "sync", "edit", "send", "resolve", "export")
