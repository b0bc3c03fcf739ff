"""Claims about the picture: it is valid DOT whatever the names, and each kind has a look of its own."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from audit_app.behind.told import graph_json
from audit_app.drawing import INK, STYLES, draw, graph_of, quoted
from audit_app.text.lineage_lines import lineage as lines_of
from lineage.answers import Answer
from lineage.certainty import Certainty, Coverage, Verified
from lineage.graph import Edge, Graph, Node, NodeKind
from lineage.times import Instants

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def pair(**edge: object) -> Graph:
    """Two tables and an edge."""
    nodes = tuple(Node(id=name, kind=NodeKind.TABLE, label=f"lake.{name}") for name in "ab")
    made = {"certainty": Certainty.DECLARED, **edge}
    return Graph(nodes=nodes, edges=(Edge(source="a", target="b", **made),))  # type: ignore[arg-type]


@given(st.text())
def test_no_text_gets_out_of_its_quotes(text: str) -> None:
    """Quotes, backslashes, line ends, control characters: the result is one DOT string."""
    assert _STRING.fullmatch(quoted(text))


@given(st.text(min_size=1), st.text())
def test_a_name_cannot_become_dot(label: str, id_: str) -> None:
    """With all strings taken out, only our own words are left."""
    node = Node(id=id_, kind=NodeKind.FILE, label=label)
    drawn = draw(Graph(nodes=(node,)), link=lambda node: node.label)
    bare = _STRING.sub("", drawn)
    assert '"' not in bare
    assert re.fullmatch(r"[\w\s\[\]{};=,.#>-]*", bare)


def test_every_kind_has_a_readable_look_of_its_own() -> None:
    """Shape and colour differ between kinds of data; ink on each fill is 7 to 1 and more."""
    looks = [STYLES[kind][:2] for kind in NodeKind if kind not in {NodeKind.RUN, NodeKind.JOB}]
    assert len(set(looks)) == len(looks)
    assert min(contrast(INK, STYLES[kind][1]) for kind in NodeKind) >= 7


def test_a_correction_is_dashed_and_a_doubt_is_written_out() -> None:
    """What is declared needs no word; what is not has one."""
    assert "dashed" in draw(pair(transformation="CORRECTS"))
    assert "unknown" in draw(pair(certainty=Certainty.UNKNOWN))
    (declared,) = (line for line in draw(pair()).splitlines() if "->" in line)
    assert "label" not in declared


def test_the_subject_stands_out() -> None:
    """Its outline is thicker than any other."""
    drawn = draw(pair(), start="a")
    widths = [float(width) for width in re.findall(r'penwidth="([\d.]+)"', drawn)]
    second, first = sorted(widths)[-2:]
    assert first > second


def test_the_picture_is_the_same_for_the_answers_json() -> None:
    """What the answer carries is enough to draw it."""
    graph = pair(transformation="CARRIES")
    told = {
        "nodes": [{"id": node.id, "kind": node.kind.value, "label": node.label} for node in graph.nodes],
        "edges": [
            {"source": "a", "target": "b", "run": None, "certainty": "declared", "transformation": "CARRIES"}
        ],
    }
    assert draw(graph_of(told)) == draw(graph)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG defines it."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_other_names_are_listed_wherever_a_thing_is_shown() -> None:
    """In JSON only where there are any; in the picture, under the pointer; in text, under the node."""
    thing = Node(id="hive://m/d.t", kind=NodeKind.DATASET, label="d.t", also=("s3://b/t",))
    alone = Node(id="s3://b/u", kind=NodeKind.DATASET, label="u")
    told = graph_json(Graph(nodes=(thing, alone)))
    assert told["nodes"] == [
        {"id": "hive://m/d.t", "kind": "dataset", "label": "d.t", "also": ["s3://b/t"]},
        {"id": "s3://b/u", "kind": "dataset", "label": "u"},
    ]
    assert graph_of(told).nodes == (thing, alone)
    assert "dataset: d.t\\nalso s3://b/t" in draw(Graph(nodes=(thing,)))
    answer = Answer(
        question="lineage",
        parameters={},
        at=Instants(as_of=_THEN, known_at=_THEN, log_size=0),
        coverage=Coverage(verdict=Verified(), notes=()),
        answer={"subject": "d.t", "start": thing.id, "level": "table", "cut": [], **told},
    )
    assert lines_of(answer)[2:4] == ["→ dataset    d.t", "             also s3://b/t"]
