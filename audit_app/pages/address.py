"""A page's address: what was asked and both times, so that a link shows again what was seen. Pure."""

from collections.abc import Mapping
from urllib.parse import urlencode

from lineage.times import Instants, render_moment

AS_OF, KNOWN_AT = "as_of", "known_at"


def times(at: Instants) -> dict[str, str]:
    """Both times as the address spells them."""
    return {AS_OF: render_moment(at.as_of), KNOWN_AT: render_moment(at.known_at)}


def link(page: str, at: Instants, **asked: str) -> str:
    """The relative address of a page at these times. Parameters that are empty are left out."""
    return f"{page or './'}?{urlencode({**{name: value for name, value in asked.items() if value}, **times(at)})}"


def chosen(address: Mapping[str, str], remembered: Mapping[str, str]) -> dict[str, str]:
    """The two times as asked for: those of the address, else those last looked at, else none."""
    given = {name: address[name] for name in (AS_OF, KNOWN_AT) if address.get(name)}
    return given or {name: remembered[name] for name in (AS_OF, KNOWN_AT) if remembered.get(name)}


def one_of(options: tuple[str, ...], value: str | None) -> str:
    """The value if it is one of options, else the first of them."""
    return value if value in options else options[0]
