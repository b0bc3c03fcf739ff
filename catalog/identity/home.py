"""A home's rules of names, from its `identity.toml` into log and graph, when they are others than before."""

from pathlib import Path
from typing import Any

from catalog.identity.rules import KIND, adopt, rules_at
from catalog.log import rows
from catalog.log.entry import draft
from catalog.store import Store
from lineage.actors import Actor
from lineage.errors import BadInput
from lineage.identity import merged, packaged
from lineage.ids import IdSource
from lineage.times import Clock

FILE = "identity.toml"

_OURSELVES = Actor(name="catalog")


def settle(store: Store, home: Path, *, clock: Clock, new_id: IdSource) -> bool:
    """Log the rules that hold from now on, unless they hold already. Returns whether they were logged.

    Raises BadInput, naming file and line or key, when the home's own rules cannot be used.
    """
    document = _document(home / FILE)
    with store.reading() as session:
        if rules_at(session, rows.size_of(session)).document == document:
            return False
    with store.sequenced() as session:  # another process may have been quicker; ask again
        if rules_at(session, rows.size_of(session)).document == document:
            return False
        wanted = draft(KIND, {"rules": document}, actor=_OURSELVES, event_id=new_id())
        [(entry, _)] = rows.append(session, [wanted], now=clock())
        adopt(session, entry)
    return True


def _document(path: Path) -> dict[str, Any]:
    base = dict(packaged().document)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return base
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} cannot be read: {error}", next_move="make it readable UTF-8") from error
    return merged(text, base, place=path.name)
