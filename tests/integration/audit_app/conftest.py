"""The audited home, made once; its questions change nothing. Who writes to its record takes a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.audited import AuditedHome, audited_home


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedHome]:
    made = audited_home(Path(tmp_path_factory.mktemp("audited")))
    yield made
    made.catalog.close()
