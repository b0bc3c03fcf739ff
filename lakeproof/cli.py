"""The command line. Commands parse, make one call and render; each imports its rooms only when it runs."""

import json
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from lakeproof.arguments import hoist
from lakeproof.settings import read_settings
from lineage.errors import BadInput, Fault, LakeproofError
from lineage.times import parse_moment

#: The commands that ask at two times.
QUESTIONS = frozenset({"lineage", "trace", "impact", "report"})

app = typer.Typer(
    name="lakeproof",
    help="A lakehouse that can prove what it did.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def entry(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="The home folder (LAKEPROOF_HOME; .lakeproof).")] = None,
    actor: Annotated[str | None, typer.Option(help="Who acts, asserted (LAKEPROOF_ACTOR).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_of: Annotated[str | None, typer.Option(help="Of questions: when it was true in the world.")] = None,
    known_at: Annotated[str | None, typer.Option(help="Of questions: when the record knew it.")] = None,
) -> None:
    """A lakehouse that can prove what it did. Options may stand before or after the command.

    Exit codes: 0 it is so; 1 checked and not so, or not checkable; 2 bad input; 3 a fault of ours.
    """
    if (as_of or known_at) and context.invoked_subcommand not in QUESTIONS:
        raise BadInput(
            f"`{context.invoked_subcommand}` is no question about a time",
            next_move=f"--as-of and --known-at go with {', '.join(sorted(QUESTIONS))}",
        )
    settings = read_settings(os.environ, home=home, actor=actor, json=as_json)
    context.obj = replace(
        settings,
        as_of=None if as_of is None else parse_moment(as_of),
        known_at=None if known_at is None else parse_moment(known_at),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    from lakeproof import commands

    if not app.registered_commands:
        commands.register(app)
    given = hoist(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(app(args=list(given), prog_name="lakeproof", standalone_mode=False) or 0)
    except TyperException as error:
        sys.exit(_misused(error, as_json="--json" in given))
    except LakeproofError as error:
        sys.exit(_complain(error, as_json="--json" in given))
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets one message and code 3
        if os.environ.get("LAKEPROOF_DEBUG") == "1":
            traceback.print_exc()
        fault = Fault(
            f"a fault of ours: {type(error).__name__}: {error}",
            next_move="run again with LAKEPROOF_DEBUG=1 and report what it prints",
        )
        sys.exit(_complain(fault, as_json="--json" in given))


def _misused(error: TyperException, *, as_json: bool) -> int:
    """What the parser found wrong, in the one line of every other message; help where a command was left out."""
    message = str(getattr(error, "format_message", error.__str__)())
    if "\n" in message:
        print(message, file=sys.stderr)
        return BadInput.exit_code
    context = getattr(error, "ctx", None)
    command = "lakeproof" if context is None else context.command_path
    wrong = BadInput(
        f"`{command}`: {message.rstrip('.')}", next_move=f"`{command} --help` shows how it is used"
    )
    return _complain(wrong, as_json=as_json)


def _complain(error: LakeproofError, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": error.message, "next_move": error.next_move}), file=sys.stderr)
    else:
        print(f"lakeproof: {error}", file=sys.stderr)
    return error.exit_code
