"""One Spark session for a whole test run; `tests/integration/conftest.py` hands it out.

Each test makes its own `Lake(tmp_path / "lake")` and calls `fresh(spark, lake)`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.lake import Lake
from lakehouse.session import SparkSettings, open_session, register, stop

JARS = Path(__file__).parents[2] / ".jars"
SCHEMAS = ("bronze", "silver", "gold", "serving")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark over an empty lake; started once, stopped at the end."""
    session = open_session(
        Lake(tmp_path_factory.mktemp("spark") / "lake"), jars=JARS, settings=SparkSettings(memory="1g")
    )
    yield session
    stop(session)


def fresh(session: SparkSession, lake: Lake) -> None:
    """Forget every table and schema of earlier tests, and register those of this lake.

    Spark's in-memory catalog deletes a dropped schema's folder: an earlier test's lake is gone after this.
    """
    for name, *_ in session.sql("show schemas").collect():
        if name != "default":
            session.sql(f"drop schema {name} cascade")
    register(session, lake)
