"""A picture that Graphviz plotted, as HTML: shapes and lines as an image, every word and link over it as text. Pure.

So its words are found, read aloud, copied and followed like those of the page around it, and none of its markup
reaches the reader but what is written here.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_OURS = ("points", "d")  # attributes that say where a shape lies


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What a reader is told who points at a node, and where it leads; None: nowhere."""

    title: str
    address: str | None


def plot(svg: str, leads: Mapping[str, Lead], *, said: str) -> str:
    """`svg` is what `dot -Tsvg` answered; `leads` are by the nodes' names there.

    `said` is what the picture shows, for whoever does not see it.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314  dot wrote it, of a drawing of ours
    graph = root.find(f"{_SVG}g")
    assert graph is not None
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    shift = _shift(graph)
    words = "".join(_words(group, leads, shift) for group in graph.findall(f"{_SVG}g"))
    _silence(root)
    image = b64encode(ElementTree.tostring(root)).decode()
    return (
        f'<figure class="plot" aria-label="{escape(said, quote=True)}">'
        f'<div style="width:{width:g}pt;height:{height:g}pt">'
        f'<img alt="" src="data:image/svg+xml;base64,{image}"/>{words}</div></figure>'
    )


def _shift(graph: Element) -> tuple[float, float]:
    """How far the picture's own origin lies from its upper left corner."""
    found = re.search(r"translate\((\S+) (\S+)\)", graph.attrib.get("transform", ""))
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


def _words(group: Element, leads: Mapping[str, Lead], shift: tuple[float, float]) -> str:
    """The words of a node, in a box that leads where the node does; or those beside an edge."""
    if group.attrib.get("class") != "node":
        return "".join(_lines(group, shift))
    left, top, right, bottom = _box(group)
    x, y = shift[0] + left, shift[1] + top
    lines = "".join(_lines(group, (-left, -top)))
    style = f"left:{x:.1f}pt;top:{y:.1f}pt;width:{right - left:.1f}pt;height:{bottom - top:.1f}pt"
    lead = leads[group.findtext(f"{_SVG}title", "")]
    title = f'class="node" title="{escape(lead.title, quote=True)}" style="{style}"'
    if lead.address is None:
        return f"<span {title}>{lines}</span>"
    return f'<a href="{escape(lead.address, quote=True)}" {title}>{lines}</a>'


def _lines(group: Element, shift: tuple[float, float]) -> Iterator[str]:
    for text in group.iter(f"{_SVG}text"):
        x, y, size = (float(text.attrib[name]) for name in ("x", "y", "font-size"))
        at = f"left:{x + shift[0]:.1f}pt;top:{y + shift[1]:.1f}pt;font-size:{size:g}pt"
        colour = escape(text.attrib.get("fill", ""), quote=True)
        yield f'<span style="{at};color:{colour}">{escape(text.text or "")} </span>'


def _box(group: Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a node's shapes."""
    places: list[tuple[float, float]] = []
    for shape in group.iter():
        for name in _OURS:
            numbers = [float(number) for number in _NUMBER.findall(shape.attrib.get(name, ""))]
            places += zip(numbers[::2], numbers[1::2], strict=False)
    across, down = zip(*places, strict=True)
    return min(across), min(down), max(across), max(down)


def _silence(parent: Element) -> None:
    """Take the words out: they stand over the image."""
    for child in list(parent):
        if child.tag in (f"{_SVG}text", f"{_SVG}title"):
            parent.remove(child)
        else:
            _silence(child)
