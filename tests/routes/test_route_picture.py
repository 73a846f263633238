"""The picture of a route: readable by people and programs, harmless in a strict page."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest

from paraf.documents.route_picture import route_svg
from paraf.domain.route import Geometry
from routes.walking import KEYS, route

SVG = "{http://www.w3.org/2000/svg}"
STATES = {
    "start": "passed",
    "prepare_naskah_konsep": "done",
    "check_naskah_complete": "passed",
    "submit_usulan": "returned",
    "review_naskah_konsep": "open",
}


def drawn(text: str) -> Xml.Element:
    return Xml.fromstring(text)  # noqa: S314


def group(picture: Xml.Element, element: str) -> Xml.Element:
    return next(g for g in picture.iter(f"{SVG}g") if g.get("data-element") == element)


@pytest.mark.parametrize("key", KEYS)
def test_every_step_lane_and_flow_is_in_the_picture(key: str) -> None:
    found = route(key)
    picture = drawn(route_svg(found, {}))
    assert {g.get("data-element") for g in picture.iter(f"{SVG}g")} - {None} == set(found.elements)
    assert {p.get("data-flow") for p in picture.iter(f"{SVG}path")} - {None} == set(found.flows)
    words = " ".join("".join(part.itertext()) for part in picture.iter(f"{SVG}text"))
    for element in found.elements.values():
        title = group(picture, element.id).find(f"{SVG}title")
        assert title is not None and title.text == element.name
    for lane in found.lanes:
        assert lane.name.split()[0] in words


def test_states_are_told_in_words_marks_and_classes() -> None:
    found = route("sop_mikro_eselon1")
    picture = drawn(route_svg(found, STATES, {"prepare_naskah_konsep": 3}))
    told = {name: group(picture, name) for name in STATES}
    assert told["review_naskah_konsep"].get("class") == "step task step-open"
    assert told["submit_usulan"].findtext(f"{SVG}title") == "Sampaikan usulan SOP Mikro (dikembalikan)"
    assert (
        told["prepare_naskah_konsep"].findtext(f"{SVG}title")
        == "Susun naskah konsep SOP Mikro (selesai), 3 kali"
    )
    for name in ("prepare_naskah_konsep", "submit_usulan", "review_naskah_konsep"):
        assert any(part.get("class") == "mark" for part in told[name])
    assert "3×" in "".join(told["prepare_naskah_konsep"].itertext())
    description = picture.findtext(f"{SVG}desc") or ""
    assert "Sedang berjalan: Reviu naskah konsep." in description
    labelled = (picture.get("aria-labelledby") or "").split()
    assert picture.get("role") == "img"
    assert labelled == [picture.find(f"{SVG}title").get("id"), picture.find(f"{SVG}desc").get("id")]  # type: ignore[union-attr]


@pytest.mark.parametrize("key", KEYS)
def test_a_strict_page_has_nothing_to_refuse(key: str) -> None:
    text = route_svg(route(key), STATES, focus="review_naskah_konsep")
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href=", text)
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {f"#arrow-{key}", f"#arrow-walked-{key}"}


def test_a_cropped_picture_shows_the_step_and_names_its_lanes() -> None:
    found = route("sop_mikro_eselon1")
    whole, part = (
        drawn(route_svg(found, {})),
        drawn(route_svg(found, {}, focus="sign_nota_dinas_persetujuan")),
    )
    assert float(part.get("width", "0")) < float(whole.get("width", "0")) / 3
    x, y, width, height = map(float, (part.get("viewBox") or "").split())
    box = found.geometry.boxes["sign_nota_dinas_persetujuan"]
    assert x < box.x and box.x + box.width < x + width
    assert y < box.y and box.y + box.height < y + height
    named = {g.get("data-lane") for g in part.iter(f"{SVG}g") if g.get("class") == "lane-name"}
    assert "lane_sekjen" in named
    assert "step-focus" in (group(part, "sign_nota_dinas_persetujuan").get("class") or "")


def test_only_the_way_a_choice_took_is_marked() -> None:
    found = route("sop_mikro_eselon1")
    ways = {flow.target: flow.id for flow in found.outgoing("check_naskah_complete")}
    states = {**STATES, "submit_usulan": "open", ways["submit_usulan"]: "passed"}
    walked = {
        path.get("data-flow")
        for path in drawn(route_svg(found, states)).iter(f"{SVG}path")
        if "flow-walked" in (path.get("class") or "")
    }
    assert ways["submit_usulan"] in walked
    assert not walked & {way for target, way in ways.items() if target != "submit_usulan"}


@pytest.mark.parametrize(
    "focus", ["prepare_naskah_konsep", "review_naskah_konsep", "set_sop_keputusan_eselon1"]
)
def test_a_cropped_picture_cuts_no_shape_in_half(focus: str) -> None:
    found = route("sop_mikro_eselon1")
    x, y, width, height = map(float, (drawn(route_svg(found, {}, focus=focus)).get("viewBox") or "").split())
    if x > 0:  # the strip with the names of the lanes
        x, width = x + 30, width - 30
    for element in found.elements:
        box = found.geometry.boxes[element]
        apart = box.x + box.width <= x or x + width <= box.x or box.y + box.height <= y or y + height <= box.y
        whole = (
            x <= box.x and box.x + box.width <= x + width and y <= box.y and box.y + box.height <= y + height
        )
        assert apart or whole, element


def test_an_unknown_focus_or_state_shows_the_whole_route() -> None:
    found = route("sop_teknis")
    assert route_svg(found, {"decide_need": "strange"}, focus="nowhere") == route_svg(found, {})


def test_names_are_escaped_and_a_route_without_a_drawing_is_empty() -> None:
    found = replace(route("sop_teknis"), name='A <b> & "c"')
    assert drawn(route_svg(found, {})).findtext(f"{SVG}title") == 'A <b> & "c"'
    bare = drawn(route_svg(replace(found, geometry=Geometry()), {}))
    assert not [g for g in bare.iter(f"{SVG}g") if g.get("data-element")]
