"""A statement that is kept is run with all of its parameters, and with no others."""

import pytest
from sqlalchemy import select

from catalog.catalog import Catalog
from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.orm import FlowRow
from lineage.errors import Fault

_flow = table_of(FlowRow)
_FLOWS = select(_flow.c.id).where(among(_flow.c.run_id), seen(_flow))
_TIMELESS = select(_flow.c.id).where(among(_flow.c.run_id))


def test_a_statement_that_lacks_its_times_fails(catalog: Catalog) -> None:
    """It would compare with NULL, and answer that there is nothing."""
    with catalog._store.reading() as session:
        assert Asked(session, catalog.log.resolve()).rows(_FLOWS, [1]) == []
        with pytest.raises(Fault, match=r"lacks \['as_of', 'log_size'\]"):
            Asked(session).rows(_FLOWS, [1])


def test_a_parameter_that_a_statement_does_not_name_fails(catalog: Catalog) -> None:
    """A name that is spelt otherwise would say nothing; times are at hand for whoever asks for them."""
    with catalog._store.reading() as session:
        asked = Asked(session, catalog.log.resolve())
        assert asked.rows(_TIMELESS, [1]) == []
        with pytest.raises(Fault, match=r"was given .*'versoin'"):
            asked.rows(_TIMELESS, [1], versoin="1")
