"""`lakeproof catalog refused` shows what was turned away at the door."""

from pathlib import Path

from catalog.catalog import Catalog
from lineage.actors import Actor
from tests.support.command_line import lakeproof, lakeproof_process


def test_refused_bodies_are_listed_and_given_back(tmp_path: Path) -> None:
    """As a table, as JSON with every fault, and byte for byte; an entry that is none is exit 2."""
    assert lakeproof(tmp_path, "init").code == 0
    assert lakeproof(tmp_path, "catalog", "refused").out == "nothing was refused\n"
    with Catalog.open(tmp_path) as catalog:
        catalog.intake.refuse(b'{"eventTime": \xff', actor=Actor(name="dagster"))
    table = lakeproof(tmp_path, "catalog", "refused").out
    assert "dagster" in table and "$: found byte 0xff at offset 14, wanted text in UTF-8" in table
    [listed] = lakeproof(tmp_path, "catalog", "refused", "--json").json["refused"]
    assert listed["seq"] == 0 and listed["faults"][0]["wanted"] == "text in UTF-8"
    assert lakeproof(tmp_path, "catalog", "refused", "7").code == 2


def test_bytes_leave_as_they_came(tmp_path: Path) -> None:
    """What was sent can be looked at with any tool."""
    assert lakeproof(tmp_path, "init").code == 0
    with Catalog.open(tmp_path) as catalog:
        catalog.intake.refuse(b"[1, 2", actor=Actor(name="dagster"))
    assert lakeproof_process(tmp_path, "catalog", "refused", "0").out == "[1, 2"
