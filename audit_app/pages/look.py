"""How pages look: small pieces of HTML in one style. Pure; every text that comes in is escaped here.

Colours keep a contrast of 4.5 to 1 and more (WCAG AA) on their ground.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

_WORDS = {"verified": "Verified", "failed": "Failed", "not_checkable": "Not checkable"}


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML of our own, with what came in already escaped."""

    html: str


Cell = str | int | float | None | Markup


def stylesheet() -> str:
    """The `style` element of every page."""
    return f"<style>{(Path(__file__).parent / 'look.css').read_text(encoding='utf-8')}</style>"


def text(value: Cell) -> str:
    """A value as HTML; a missing one is a dash that a reader hears as `unknown`."""
    if isinstance(value, Markup):
        return value.html
    if value is None or value == "":
        return '<span class="none" title="unknown">–</span>'
    return escape(str(value))


def anchor(label: str, address: str) -> Markup:
    """A link within the app."""
    return Markup(f'<a href="{escape(address, quote=True)}">{escape(label)}</a>')


def code(value: str | None, *, length: int | None = None) -> Markup:
    """An id or digest in the typewriter face; cut to length, whole in its tooltip."""
    if not value:
        return Markup(text(None))
    shown = value if length is None or len(value) <= length else f"{value[:length]}…"
    return Markup(f'<code title="{escape(value, quote=True)}">{escape(shown)}</code>')


def moment(value: str | None) -> Markup:
    """`2026-03-04T12:00:00.123456Z` as `2026-03-04 12:00:00`, whole in its tooltip. All times are UTC."""
    if not value:
        return Markup(text(None))
    return Markup(f'<time title="{escape(value)}">{escape(value[:10])} {escape(value[11:19])}</time>')


def clock(value: str) -> Markup:
    """`2026-03-04T12:00:00.123456Z` as `12:00:00`, whole in its tooltip."""
    return Markup(f'<time title="{escape(value)}">{escape(value[11:19])}</time>')


def chip(status: str, word: str | None = None) -> Markup:
    """A status as a word on its colour."""
    return Markup(f'<span class="chip {escape(status)}">{escape(word or _WORDS.get(status, status))}</span>')


def facts(rows: Iterable[tuple[str, Cell]]) -> str:
    """Labels and values in two columns."""
    listed = "".join(f"<dt>{escape(label)}</dt><dd>{text(value)}</dd>" for label, value in rows)
    return f'<dl class="facts">{listed}</dl>'


def table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, empty: str) -> str:
    """Rows under headings; `empty` says what it means that there are none."""
    if not rows:
        return f'<p class="quiet">{escape(empty)}</p>'
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def checks(listed: Sequence[Mapping[str, str]]) -> str:
    """Checks with their outcome, those that failed first."""
    order = ["failed", "not_checkable", "verified"]
    ranked = sorted(listed, key=lambda check: order.index(check["status"]))
    rows = [(chip(check["status"]), check["about"], check["said"]) for check in ranked]
    return table(("", "What was looked at", "What was found"), rows, empty="nothing was checked")


def coverage(told: Mapping[str, object], *, looked_at: str) -> str:
    """What an answer says about itself, and since when."""
    status = str(told["status"])
    notes = told["notes"]
    extent = "" if told["complete"] else '<span class="chip not_checkable">Truncated</span>'
    listed = "".join(f"<li>{escape(str(note))}</li>" for note in notes) if isinstance(notes, list) else ""
    since = f'<span class="quiet looked">looked at {clock(looked_at).html} UTC</span>'
    head = f"<div>{chip(status).html} {extent} {since}</div>"
    return f'<aside class="coverage {escape(status)}">{head}<ul>{listed}</ul></aside>'


def times(as_of: str, known_at: str, log_size: int) -> str:
    """Both times, as they stand under every title."""
    return (
        f'<p class="times"><span>As of <b>{moment(as_of).html}</b></span>'
        f"<span>known at <b>{moment(known_at).html}</b> UTC</span><span>{log_size} log entries</span></p>"
    )


def title(over: str, words: str, under: str = "") -> str:
    """A page's head line with a small line over it and a sentence under it."""
    below = f'<p class="lead">{escape(under)}</p>' if under else ""
    return f'<header class="title"><p class="over">{escape(over)}</p><h1>{escape(words)}</h1>{below}</header>'


def heading(words: str, under: str = "") -> str:
    below = f'<p class="quiet">{escape(under)}</p>' if under else ""
    return f"<h2>{escape(words)}</h2>{below}"


def folded(words: str, content: str) -> str:
    """Content under its own words, closed until a reader opens it."""
    return f"<details><summary>{escape(words)}</summary>{content}</details>"


def beside(left: str, right: str) -> str:
    """Two columns, one below the other where the window is narrow."""
    return f'<div class="beside"><div>{left}</div><div>{right}</div></div>'


def problem(message: str, next_move: str) -> str:
    """What is wrong, and what to do about it."""
    move = f"<p>{escape(next_move[:1].upper() + next_move[1:])}.</p>" if next_move else ""
    words = escape(message[:1].upper() + message[1:])
    return f'<section class="problem" role="alert"><h2>{words}.</h2>{move}</section>'


def legend(kinds: Iterable[tuple[str, str, str]]) -> str:
    """(word, fill, outline) of the kinds of things in a picture, and what its lines mean."""
    swatches = "".join(
        f'<span><i style="background:{escape(fill)};border-color:{escape(line)}"></i>{escape(word)}</span>'
        for word, fill, line in kinds
    )
    lines = (
        '<span><i class="line"></i>read or written, version declared</span><span><i class="line dotted"></i>carried '
        'over, or version not declared</span><span><i class="line dashed"></i>corrected</span>'
    )
    return f'<p class="legend">{swatches}{lines}</p>'
