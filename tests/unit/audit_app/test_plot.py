"""Claims about a plotted picture as HTML: its words are text, its links ours, and nothing of others is markup."""

from base64 import b64decode
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from audit_app.drawing import draw, named, tooltip
from audit_app.pages.plot import Lead, plot
from audit_app.plotting import plotted
from lineage.certainty import Certainty
from lineage.graph import Edge, Graph, Node, NodeKind

WILD = 'a&b <i>"x"</i> &lt; &nope;'


def graph(label: str = "gold.loans") -> Graph:
    nodes = tuple(
        Node(id=f"id/{kind.value}", kind=kind, label=f"{label} {kind.value}") for kind in sorted(NodeKind)
    )
    edges = tuple(
        Edge(
            source=one.id,
            target=other.id,
            run=None,
            certainty=Certainty.UNKNOWN,
            transformation="CARRIES",
        )
        for one, other in pairwise(nodes)
    )
    return Graph(nodes=nodes, edges=edges)


def shown(drawn: Graph) -> str:
    svg = plotted(draw(drawn))
    assert svg is not None
    called = named(drawn)
    leads = {
        called[node.id]: Lead(title=tooltip(node), address=f"lineage?a={node.id}&b=1") for node in drawn.nodes
    }
    return plot(svg, leads, said="a picture")


@pytest.mark.graphviz
def test_each_node_is_a_link_with_its_words() -> None:
    """One for every kind of shape, where the shape is, with its name as text."""
    html = shown(graph())
    figure = ElementTree.fromstring(html)
    links = figure.findall(".//a")
    assert len(links) == len(NodeKind)
    for kind in NodeKind:
        assert any(f"id/{kind.value}" in link.attrib["href"] for link in links)
    assert all("gold.loans" in "".join(link.itertext()) for link in links)
    assert all("width:" in link.attrib["style"] for link in links)


@pytest.mark.graphviz
def test_the_image_holds_no_words() -> None:
    """They stand over it, where they are found, read and followed; the lines' words as well."""
    figure = ElementTree.fromstring(shown(graph()))
    image = figure.find(".//img")
    assert image is not None
    svg = b64decode(image.attrib["src"].removeprefix("data:image/svg+xml;base64,"))
    assert "".join(ElementTree.fromstring(svg).itertext()).strip() == ""
    assert "carries" in "".join(figure.itertext())


@pytest.mark.graphviz
def test_a_wild_name_stays_text() -> None:
    """Markup, entities and quotes of others are shown as they are written."""
    figure = ElementTree.fromstring(shown(graph(WILD)))
    words = "".join("".join(figure.itertext()).split())
    assert "".join(WILD.split()) in words
    assert figure.findall(".//i") == []


@pytest.mark.graphviz
def test_a_drawing_is_plotted_once() -> None:
    """The same drawing has the same picture; what dot does not understand has none."""
    drawing = draw(graph())
    assert plotted(drawing) is plotted(drawing)
    assert plotted("no drawing") is None


def test_a_machine_without_dot_plots_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader's browser does it then."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert plotted("digraph here { a }") is None
