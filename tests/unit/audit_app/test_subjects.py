"""Claims about names: every form a person may type, and what is printed for a node can be typed again."""

from uuid import UUID

import pytest

from audit_app.naming import in_ranges, spoken, version_of
from audit_app.subjects import parse_subject, subject_of
from lineage.errors import BadInput
from lineage.graph import Node, NodeKind
from lineage.names import (
    DEPLOYMENTS,
    LAKE,
    LANDING,
    MODELS,
    ColumnId,
    DatasetId,
    DatasetVersion,
    JobId,
    TableVersion,
)

LOANS = DatasetId(namespace=LAKE, name="gold.loans")
MORTGAGE = DatasetId(namespace=MODELS, name="mortgage")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("gold.loans", LOANS),
        (" gold.loans@7 ", DatasetVersion(dataset=LOANS, version="7")),
        ("gold.loans#price", ColumnId(dataset=LOANS, column="price")),
        ("mortgage@1", DatasetVersion(dataset=MORTGAGE, version="1")),
        (
            "mortgage#2",
            DatasetVersion(dataset=DatasetId(namespace=DEPLOYMENTS, name="mortgage"), version="2"),
        ),
        ("drop-1.csv", JobId.ours("drop-1.csv")),
        (f"run/{UUID(int=5)}", UUID(int=5)),
        (str(UUID(int=5)), UUID(int=5)),
        ("lakeproof://models/mortgage@1", DatasetVersion(dataset=MORTGAGE, version="1")),
        ("lakeproof://lake/gold.loans#price", ColumnId(dataset=LOANS, column="price")),
        ("warehouse://x/orders", DatasetId(namespace="warehouse://x", name="orders")),
        ("s3://b/p/t@3", DatasetVersion(dataset=DatasetId(namespace="s3://b", name="p/t"), version="3")),
        ("hdfs://nn//p/t", DatasetId(namespace="hdfs://nn", name="/p/t")),
    ],
)
def test_the_likeliest_reading_comes_first(text: str, first: object) -> None:
    """A table before a job, a model before a file."""
    assert parse_subject(text)[0] == first


def test_a_plain_name_may_be_many_things() -> None:
    """A dotted name may be a table or a job, and a name with an extension a file."""
    assert JobId.ours("training.mortgage") in parse_subject("training.mortgage")
    assert DatasetId(namespace=LANDING, name="drop.csv") in parse_subject("drop.csv")


def test_nothing_is_no_subject() -> None:
    """An empty box is bad input, with what could stand in it."""
    with pytest.raises(BadInput, match="name a table"):
        parse_subject("  ")


@pytest.mark.parametrize(
    "node",
    [
        Node(id=f"{LAKE}/gold.loans@7", kind=NodeKind.TABLE, label="gold.loans@7"),
        Node(id=f"{LAKE}/gold.loans", kind=NodeKind.TABLE, label="gold.loans"),
        Node(id=f"{MODELS}/mortgage@1", kind=NodeKind.MODEL, label="mortgage 1"),
        Node(id=f"{MODELS}/mortgage", kind=NodeKind.MODEL, label="mortgage"),
        Node(id=f"{DEPLOYMENTS}/mortgage@1", kind=NodeKind.DEPLOYMENT, label="mortgage 1"),
        Node(id=f"{LANDING}/a@b.csv@sha256:00", kind=NodeKind.FILE, label="a@b.csv"),
        Node(id=f"{LAKE}/gold.loans#price", kind=NodeKind.COLUMN, label="gold.loans.price"),
        Node(id="file//tmp/t", kind=NodeKind.DATASET, label="/tmp/t"),
        Node(id="bigquery/p.d.t#x", kind=NodeKind.COLUMN, label="p.d.t.x"),
        Node(id="arn:aws:glue:r:1/table/d/t", kind=NodeKind.DATASET, label="table/d/t"),
        Node(id="azurecosmos://h/dbs/d/colls/t", kind=NodeKind.DATASET, label="colls/t"),
        Node(id="airflow/dag.task", kind=NodeKind.JOB, label="dag.task"),
        Node(id="lakeproof://jobs/training.mortgage", kind=NodeKind.JOB, label="training.mortgage"),
        Node(id=f"run/{UUID(int=9)}", kind=NodeKind.RUN, label="training.mortgage 00000000"),
    ],
)
def test_what_is_offered_for_a_node_leads_to_it(node: Node) -> None:
    """Some reading of the subject is the node itself, by its id."""
    readings = parse_subject(subject_of(node))
    ids = {f"run/{each}" if isinstance(each, UUID) else str(each) for each in readings}
    assert node.id in ids


def test_only_what_has_a_version_is_one() -> None:
    """A table without one and a file whose name has an at sign are not mistaken."""
    assert version_of(Node(id=f"{LAKE}/gold.loans", kind=NodeKind.TABLE, label="gold.loans")) is None
    assert version_of(Node(id=f"{LANDING}/a@b.csv", kind=NodeKind.FILE, label="a@b.csv")) is None
    deployed = version_of(Node(id=f"{DEPLOYMENTS}/m@2", kind=NodeKind.DEPLOYMENT, label="m 2"))
    assert deployed is not None
    assert spoken(deployed) == "m#2"


def test_versions_are_joined_into_ranges() -> None:
    """A long history is a few words."""
    versions = tuple(TableVersion.parse(f"a.b@{number}") for number in (1, 5, 2, 3, 9))
    assert list(in_ranges(versions).values()) == ["@1–@3, @5, @9"]
