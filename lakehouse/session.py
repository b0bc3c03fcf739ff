"""One Spark session over the lake: local, on loopback, jars from a folder, tables registered by location.

There is one session per process. A metastore is not kept: the lake's folders are the catalog.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkRuntimeError
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from lakehouse.errors import NoEngine
from lakehouse.lake import Lake

BINDING = "spark.databricks.delta.commitInfo.userMetadata"
_OLDEST_JAVA = 17
_SET_UP = "run `make demo`, which sets it up"


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkSettings:
    """`master` as Spark spells it, `memory` the driver's heap, `log` takes what the JVM prints."""

    master: str = "local[2]"
    memory: str = "1g"
    shuffle_partitions: int = 2
    log: Path | None = None


def open_session(lake: Lake, *, jars: Path, settings: SparkSettings | None = None) -> SparkSession:
    """Start Spark over the lake and register its tables: 5-9 s. Raises NoEngine: no Java 17+, no jars."""
    settings = settings or SparkSettings()
    lake.root.mkdir(parents=True, exist_ok=True)
    needs_java(os.environ)
    conf = SparkConf().setAll(list(_configuration(lake, _jars(jars), settings).items()))
    with tempfile.TemporaryFile() if settings.log is None else settings.log.open("w+b") as log:
        try:
            gateway = launch_gateway(conf, {"stdout": log, "stderr": log})  # type: ignore[no-untyped-call]
            SparkContext(gateway=gateway, conf=conf)
        except PySparkRuntimeError as error:
            log.seek(0)
            told = (log.read().decode(errors="replace").strip() or str(error)).splitlines()[-1]
            raise NoEngine(f"Spark did not start: {told}", next_move=f"check Java, or {_SET_UP}") from error
    session = SparkSession.builder.getOrCreate()
    register(session, lake)
    return session


def register(session: SparkSession, lake: Lake, *, schemas: Iterable[str] = ()) -> None:
    """Make every table of the lake known to the session, and each schema with its folder in the lake."""
    tables = lake.tables()
    ours = {"bronze", "silver", "gold", "serving", *schemas, *(table.schema for table in tables)}
    for schema in sorted(ours):
        session.sql(
            f"create schema if not exists {schema} location '{_quoted(lake.root.absolute() / schema)}'"
        )
    for table in tables:
        if not session.catalog.tableExists(str(table)):
            session.sql(f"create table {table} using delta location '{_quoted(Path(lake.path(table)))}'")


@contextmanager
def bound(session: SparkSession, binding: str) -> Iterator[None]:
    """Every commit of the session inside carries the binding. Nests; the outer binding comes back."""
    before = session.conf.get(BINDING, None)
    session.conf.set(BINDING, binding)
    try:
        yield
    finally:
        if before is None:
            session.conf.unset(BINDING)
        else:
            session.conf.set(BINDING, before)


def stop(session: SparkSession) -> None:
    """Stop the session and its JVM; another may be opened afterwards."""
    # Without this, pyspark keeps the JVM of a stopped session until the interpreter ends.
    gateway = session.sparkContext._gateway  # noqa: SLF001
    session.stop()
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.terminate()
        gateway.proc.wait()


def needs_java(environment: "os._Environ[str] | dict[str, str]") -> int:
    """The major version of the Java that Spark would start. Raises NoEngine unless it is 17 or newer."""
    home = environment.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java", path=environment.get("PATH", ""))
    if java is None or not Path(java).exists():
        raise NoEngine(
            "Spark needs Java 17 or newer, and there is none"
            + (f" at JAVA_HOME ({home})" if home else " on the PATH"),
            next_move=f"install a Java 17 runtime (Debian: openjdk-17-jre-headless), or {_SET_UP}",
        )
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(?:1\.)?(\d+)', told)
    if match is None or int(match[1]) < _OLDEST_JAVA:
        raise NoEngine(
            f"Spark needs Java {_OLDEST_JAVA} or newer; {java} is {match[1] if match else 'no Java'}",
            next_move=f"set JAVA_HOME to a newer one, or {_SET_UP}",
        )
    return int(match[1])


def _jars(folder: Path) -> list[Path]:
    found = sorted(folder.absolute().glob("*.jar"))
    if not any("delta-spark" in jar.name for jar in found):
        raise NoEngine(f"there are no Delta jars in {folder}", next_move=_SET_UP)
    return found


def _configuration(lake: Lake, jars: list[Path], settings: SparkSettings) -> dict[str, str]:
    log4j = files("lakehouse").joinpath("log4j2.properties")
    shuffle = str(settings.shuffle_partitions)
    return {
        "spark.master": settings.master,
        "spark.app.name": "lakeproof",
        "spark.submit.deployMode": "client",
        "spark.jars": ",".join(map(str, jars)),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(lake.root.absolute()),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.sources.default": "delta",
        "spark.sql.shuffle.partitions": shuffle,
        "spark.default.parallelism": shuffle,
        "spark.databricks.delta.snapshotPartitions": "2",
        # What a statement without governed properties would otherwise create.
        "spark.databricks.delta.properties.defaults.enableDeletionVectors": "false",
        "spark.databricks.delta.properties.defaults.enableExpiredLogCleanup": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": settings.memory,
        # The first compiler tier only: a session lives for minutes, and starts a third sooner.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Duser.timezone=UTC"
        f" -Dlog4j2.configurationFile=file:{log4j}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace("'", "\\'")
