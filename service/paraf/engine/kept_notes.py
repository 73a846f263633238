"""Notes of a diagram, carried over into the file that is written anew.

Knows text annotations and their associations, which say nothing to the engine and are no part of a
`Route`; must not know why a file is written anew. A note follows the element it hangs on to its new
place; one that hangs on nothing stays where it was.
"""

from __future__ import annotations

from lxml import etree

from paraf.domain.route import Box, Geometry, Route
from paraf.engine import route_limits as limits
from paraf.engine.xml_file import XmlRefused, read_xml

_NOTES = ("textAnnotation", "association")


def with_notes(before: bytes, written: bytes, route: Route) -> bytes:
    """`written`, the file of `route`, with the notes of the file it came from. Unchanged when that has
    none."""
    try:
        old = read_xml(before)
    except XmlRefused:
        return written
    process = old.find(f"{{{limits.BPMN}}}process")
    notes = (
        [] if process is None else [note for name in _NOTES for note in process.iter(_tag(limits.BPMN, name))]
    )
    if not notes:
        return written
    new = read_xml(written)
    home = new.find(_tag(limits.BPMN, "process"))
    plane = new.find(f".//{_tag(limits.BPMNDI, 'BPMNPlane')}")
    if home is None or plane is None:
        return written
    kept = {note.get("id", "") for note in notes} | set(route.elements)
    moved = _moves(old, notes, route.geometry)
    for note in notes:
        ends = [end for end in (note.get("sourceRef"), note.get("targetRef")) if end]
        if all(end in kept for end in ends):
            home.append(_copy(note))
    for shape in old.iter(_tag(limits.BPMNDI, "BPMNShape"), _tag(limits.BPMNDI, "BPMNEdge")):
        drawn = shape.get("bpmnElement", "")
        if any(note.get("id") == drawn for note in notes) and any(one.get("id") == drawn for one in home):
            plane.append(_shifted(_copy(shape), *moved.get(drawn, (0.0, 0.0))))
    return etree.tostring(new, encoding="UTF-8", xml_declaration=True)


def _tag(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


def _copy(node: etree._Element) -> etree._Element:
    again = etree.Element(node.tag)
    for name, value in node.attrib.items():
        again.set(name, value)
    again.text = node.text
    again.extend(_copy(part) for part in node)
    again.tail = "\n"
    return again


def _moves(
    old: etree._Element, notes: list[etree._Element], geometry: Geometry
) -> dict[str, tuple[float, float]]:
    """How far each note goes with the element it hangs on."""
    places = {
        shape.get("bpmnElement", ""): _box(shape) for shape in old.iter(_tag(limits.BPMNDI, "BPMNShape"))
    }
    found: dict[str, tuple[float, float]] = {}
    for note in notes:
        ends = (note.get("sourceRef", ""), note.get("targetRef", ""))
        for host, hanging in (ends, ends[::-1]):
            before, after = places.get(host), geometry.boxes.get(host)
            if before is not None and after is not None:
                found[hanging] = found[note.get("id", "")] = (after.x - before.x, after.y - before.y)
    return found


def _box(shape: etree._Element) -> Box | None:
    bounds = shape.find(_tag(limits.DC, "Bounds"))
    try:
        return (
            None
            if bounds is None
            else Box(*(float(bounds.get(n, "")) for n in ("x", "y", "width", "height")))
        )
    except ValueError:
        return None


def _shifted(shape: etree._Element, right: float, down: float) -> etree._Element:
    for point in shape.iter(_tag(limits.DC, "Bounds"), _tag(limits.DI, "waypoint")):
        for name, by in (("x", right), ("y", down)):
            try:
                point.set(name, f"{float(point.get(name, '')) + by:.2f}".rstrip("0").rstrip("."))
            except ValueError:
                continue
    return shape
