"""Claims about the audit app over a damaged home: it starts, and says on its pages what is damaged."""

import logging
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from audit_app.questions.lineage import lineage
from lakeproof.services.audit_session import _FEW, opened, rehearse
from lakeproof.services.processes import running
from lineage.errors import Fault
from lineage.graph import Direction, Level
from tests.support.audited import AuditedHome
from tests.support.copied import copied

ROOT = Path(__file__).parents[3]


@pytest.fixture
def other(home: AuditedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AuditedHome]:
    """A copy of the audited home, and the one that the pages show."""
    with copied(home, tmp_path / "home") as copy:
        monkeypatch.setenv("LAKEPROOF_HOME", str(copy.root))
        yield copy
        opened(copy.root, None).catalog.close()


def predictions(home: AuditedHome) -> list[Path]:
    return sorted((home.root / "lake" / "serving" / "predictions").rglob("*.parquet"))


def rewrite_batches(home: AuditedHome) -> None:
    """As somebody with the files would: in the data, and their sizes in the table's log."""
    for path in predictions(home):
        before, table = path.stat().st_size, pq.ParquetFile(path).read()
        place = table.schema.get_field_index("batch")
        told = pa.array(["no run"] * len(table), table.schema.field(place).type)
        pq.write_table(table.set_column(place, table.schema.field(place), told), path)
        for log in (home.root / "lake" / "serving" / "predictions" / "_delta_log").glob("*.json"):
            log.write_text(log.read_text().replace(f'"size":{before}', f'"size":{path.stat().st_size}'))


def test_a_batch_that_is_no_run_is_said_to_be_damaged(other: AuditedHome) -> None:
    """Not that there is no such prediction: it stands there, and its batch is not what was filed."""
    rewrite_batches(other)
    asked = str(other.predictions[-1].prediction_id)
    with pytest.raises(Fault, match=r"'no run' as the batch .* damaged"):
        lineage(other.sources, asked, direction=Direction.UP, depth=1, level=Level.VERSION, at=other.now)


def test_a_table_that_cannot_be_read_is_said_to_be_damaged(other: AuditedHome) -> None:
    """Neither is its prediction said to be unknown."""
    for path in predictions(other):
        path.write_bytes(b"")
    asked = str(other.predictions[-1].prediction_id)
    with pytest.raises(Fault):
        lineage(other.sources, asked, direction=Direction.UP, depth=1, level=Level.VERSION, at=other.now)


def test_each_question_is_rehearsed_whatever_the_others_meet(
    other: AuditedHome, caplog: pytest.LogCaptureFixture
) -> None:
    """A tile that cannot be opened and a batch that is none: logged, and passed over."""
    rewrite_batches(other)
    other.catalog.log.checkpoint()
    tile = next(path for path in sorted((other.root / "log" / "tile").rglob("*")) if path.is_file())
    tile.unlink()
    tile.mkdir()
    with caplog.at_level(logging.WARNING):
        rehearse()
    told = [record.getMessage() for record in caplog.records if record.name.endswith("audit_session")]
    assert told == ["not rehearsed: integrity", "not rehearsed: lineage"]


def test_a_damaged_home_is_served(other: AuditedHome) -> None:
    """The address is announced before anything is rehearsed."""
    rewrite_batches(other)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "lakeproof.services.audit_app_process", "--port", "0"]
    with running("audit app", command, environment) as service:
        assert httpx.get(f"{service.url}/_stcore/health", trust_env=False).is_success


def test_a_long_log_is_not_verified_at_the_start(other: AuditedHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked that takes longer the longer the record is."""
    asked: list[object] = []
    for question in ("integrity", "subjects", "decisions", "trace", "lineage"):
        monkeypatch.setattr(f"lakeproof.services.audit_session.{question}", lambda *_, **__: asked.append(1))
    assert other.now.log_size <= _FEW
    monkeypatch.setattr("lakeproof.services.audit_session._FEW", other.now.log_size - 1)
    rehearse()
    assert asked == []


def test_the_record_is_opened_once(other: AuditedHome) -> None:
    """However many threads begin with it."""
    together = Barrier(8)

    def open_it(_: int) -> object:
        together.wait()
        return opened(other.root, None)

    with ThreadPoolExecutor(8) as threads:
        assert len({id(each) for each in threads.map(open_it, range(8))}) == 1
