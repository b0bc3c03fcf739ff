"""What every page stands in: the two times in its header and address, and one boundary for what goes wrong."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from audit_app.pages import look
from audit_app.pages.address import AS_OF, KNOWN_AT, chosen, link, times
from audit_app.pages.foreseen import foreseen
from audit_app.sources import Sources
from audit_app.subjects import as_uuid
from lineage.actors import Actor
from lineage.errors import LakeproofError
from lineage.times import Instants, parse_moment, render_moment

_REMEMBERED = "times looked at"
_ANEW = "a button was pressed"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page is asked: the rest of its address, at two times, of these sources, by whom.

    `anew`: what was answered before does not count.
    """

    sources: Sources
    actor: Actor
    at: Instants
    address: Mapping[str, str]
    anew: bool = False

    def link(self, page: str, **asked: str) -> str:
        """The address of a page at the same times."""
        return link(page, self.at, **asked)


Page = Callable[[Asked], None]


def framed(page: Page, sources: Sources, actor: Actor) -> Callable[[], None]:
    """The page as Streamlit calls it: never a stack trace, whatever happens in it."""

    def show() -> None:
        try:
            page(_asked(sources, actor))
        except LakeproofError as error:
            st.html(look.problem(error.message, error.next_move))
            _offer_now()
        except Exception:  # noqa: BLE001  the boundary: what nobody foresaw is no reader's to decipher
            _LOG.exception("a page failed")
            st.html(look.problem("This page failed, and that is a fault of ours", _TELL))

    return show


_TELL = "nothing was changed; tell whoever runs this installation, whose log has the details"


def _asked(sources: Sources, actor: Actor) -> Asked:
    """Resolve both times once; the address then spells them out, so that it shows the same again."""
    address = st.query_params.to_dict()
    given = chosen(address, st.session_state.get(_REMEMBERED, {}))
    anew = bool(st.session_state.pop(_ANEW, False))
    at = None if given or anew else foreseen().take(as_uuid(address.get("prediction", "")))
    at = at or asked_at(sources, given)
    st.session_state[_REMEMBERED] = times(at)
    for name, value in times(at).items():
        if address.get(name) != value:
            st.query_params[name] = value
    return Asked(sources=sources, actor=actor, at=at, address=address, anew=anew)


def asked_at(sources: Sources, given: Mapping[str, str]) -> Instants:
    """Both times as an address spells them, resolved; now where it has neither. Raises BadInput.

    Now is a moment of its own for each who asks: log, tables and files may have changed since the last one, without
    the log growing.
    """
    return sources.catalog.log.resolve(
        *(parse_moment(given[name]) if name in given else None for name in (AS_OF, KNOWN_AT))
    )


def head(asked: Asked, over: str, words: str, under: str = "") -> None:
    """Title and times, with the way to change them."""
    st.html(look.title(over, words, under))
    told, change = st.columns([5, 1], vertical_alignment="center")
    told.html(look.times(times(asked.at)[AS_OF], times(asked.at)[KNOWN_AT], asked.at.log_size))
    with change.popover("Change times", width="stretch"), st.form("times", border=False):
        as_of = st.text_input("As of: when it was true in the world", times(asked.at)[AS_OF])
        known = st.text_input("Known at: when the record had learnt it", times(asked.at)[KNOWN_AT])
        left, right = st.columns(2)
        if left.form_submit_button("Apply", type="primary", width="stretch"):
            _go({AS_OF: as_of, KNOWN_AT: known})
        if right.form_submit_button("Now", width="stretch"):
            _go({})


def _offer_now() -> None:
    if st.button("Look at the record as it is now"):
        _go({})


def _go(given: Mapping[str, str]) -> None:
    """Look anew, at the same page at other times; a time that is none is said by the page itself."""
    for name in (AS_OF, KNOWN_AT):
        st.query_params.pop(name, None)
    st.session_state[_REMEMBERED] = {}
    st.session_state[_ANEW] = True
    for name, value in given.items():
        if value.strip():
            st.query_params[name] = _spelt(value.strip())
    st.rerun()


def _spelt(value: str) -> str:
    try:
        return render_moment(parse_moment(value))
    except LakeproofError:
        return value
