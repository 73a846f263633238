"""The drawn files: the same as their tables of steps, whole, labelled, and pleasant to follow."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import combinations, pairwise

import pytest

from paraf.domain.route import Box, Kind, Route
from paraf.engine.label_places import crosses, overlap
from paraf.engine.route_file import findings_of, read_route
from paraf.engine.step_table import read_step_table
from paraf.engine.write_route import draw_step_table, write_route
from routes.walking import KEYS, WORKFLOWS, route

MIKRO_STEPS = """
prepare_naskah_konsep check_naskah_complete submit_usulan record_hardcopy review_naskah_konsep
decide_review_outcome decide_open_points revise_naskah_konsep check_hardcopy_current
record_hardcopy_revised start_penerapan
"""
STEPS = {
    "sop_mikro_eselon1": MIKRO_STEPS
    + """deliver_usulan_sekjen send_tembusan_biro_po write_kertas_kerja_reviu discuss_kertas_kerja_reviu
    draft_nota_dinas_persetujuan paraf_nota_dinas_persetujuan sign_nota_dinas_persetujuan
    deliver_nota_dinas_persetujuan sign_and_ratify_sop draft_keputusan_eselon1 set_sop_keputusan_eselon1""",
    "sop_mikro_setjen": MIKRO_STEPS
    + """deliver_usulan_biro_po send_tembusan_sekjen write_catatan_koreksi discuss_catatan_koreksi
    draft_keputusan_sekjen paraf_keputusan_sekjen approve_sop sign_and_ratify_sop set_sop_keputusan_sekjen""",
    "sop_mikro_pusat": MIKRO_STEPS
    + """deliver_usulan_biro_po send_tembusan_sekjen write_catatan_koreksi discuss_catatan_koreksi
    draft_nota_dinas_persetujuan sign_nota_dinas_persetujuan deliver_nota_dinas_persetujuan
    send_tembusan_persetujuan_sekjen draft_keputusan_pusat ratify_and_set_sop""",
    "sop_mikro_perwakilan": MIKRO_STEPS
    + """deliver_usulan_sekjen send_tembusan_biro_po write_kertas_kerja_reviu discuss_kertas_kerja_reviu
    draft_berita_persetujuan paraf_berita_persetujuan sign_berita_persetujuan send_berita_persetujuan
    draft_keputusan_perwakilan ratify_and_set_sop""",
    "sop_makro_development": """collect_and_identify analyse_and_write check_naskah_complete test_and_review
    record_pengesahan draft_nota_dinas_sekjen sign_nota_dinas_sekjen set_sop_makro start_penerapan""",
    "sop_makro_change": """prepare_naskah_konsep check_naskah_complete submit_usulan_perubahan
    deliver_usulan_sekjen send_tembusan_eselon1_terkait send_tembusan_biro_po record_hardcopy
    review_usulan_perubahan write_kertas_kerja_reviu discuss_kertas_kerja_reviu revise_naskah_konsep
    check_hardcopy_current record_hardcopy_revised draft_nota_dinas_rekomendasi paraf_nota_dinas_rekomendasi
    sign_nota_dinas_rekomendasi set_change_sop_makro start_penerapan""",
    "sop_teknis": "decide_need write_sop_teknis ratify_sop_teknis keep_sop_teknis",
}
ENDS = {
    "sop_mikro_eselon1": {"set", "withdrawn", "not_approved"},
    "sop_mikro_setjen": {"set", "withdrawn", "not_approved"},
    "sop_mikro_pusat": {"set", "withdrawn", "not_approved"},
    "sop_mikro_perwakilan": {"set", "withdrawn", "not_approved"},
    "sop_makro_development": {"set"},
    "sop_makro_change": {"set", "withdrawn", "not_set"},
    "sop_teknis": {"not_needed", "kept"},
}
ADDED = re.compile(r"start|gw_.+|(fork|join)_.+")


@pytest.mark.parametrize("key", KEYS)
def test_the_file_is_the_drawing_of_its_table(key: str) -> None:
    folder = WORKFLOWS / key
    assert (folder / "route.bpmn").read_bytes() == draw_step_table((folder / "steps.toml").read_text("utf-8"))


@pytest.mark.parametrize("key", KEYS)
def test_the_file_has_no_finding_and_says_what_the_table_says(key: str) -> None:
    content = (WORKFLOWS / key / "route.bpmn").read_bytes()
    assert findings_of(content) == ()
    table = read_step_table((WORKFLOWS / key / "steps.toml").read_text("utf-8"))
    found = read_route(content)
    bare = {n: (e.kind, e.name, e.role, e.cites, e.form, e.due, e.documents, e.outcomes, e.each, e.edits, e.answer,
                e.operation, e.lane) for n, e in found.elements.items()}  # fmt: skip
    assert bare == {n: (e.kind, e.name, e.role if e.is_person else None, e.cites, e.form, e.due, e.documents,
                        e.outcomes, e.each, e.edits, e.answer, e.operation, e.lane)
                    for n, e in table.elements.items()}  # fmt: skip
    assert {f.id: (f.source, f.target, f.condition, f.name) for f in found.flows.values()} == {
        f.id: (f.source, f.target, f.condition, f.name) for f in table.flows.values()
    }
    assert found.options == table.options
    assert write_route(found) == content


def test_the_drawing_is_the_same_in_another_process() -> None:
    file = WORKFLOWS / "sop_makro_development" / "steps.toml"
    program = (
        "import sys; from paraf.engine.write_route import draw_step_table;"
        f" sys.stdout.buffer.write(draw_step_table(open({str(file)!r}, encoding='utf-8').read()))"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert drawn == {file.with_name("route.bpmn").read_bytes()}


@pytest.mark.parametrize("key", KEYS)
def test_every_step_of_the_regulation_is_drawn_and_nothing_is_added_without_a_reading(key: str) -> None:
    found = route(key)
    steps = set(STEPS[key].split())
    assert steps <= set(found.elements)
    ends = {e.id for e in found.elements.values() if e.kind is Kind.END}
    assert ends == ENDS[key]
    for name in set(found.elements) - steps - ends:
        cites = found.elements[name].cites
        assert ADDED.fullmatch(name) or any(cite.startswith(("INT-", "PL ")) for cite in cites), name


@pytest.mark.parametrize("key", KEYS)
def test_every_element_has_a_label_a_text_and_an_article(key: str) -> None:
    found = route(key)
    for element in found.elements.values():
        assert element.name and element.documentation and element.cites, element.id
        if element.is_person:
            assert element.role and element.due and element.due.cite == "INT-05", element.id
    for flow in found.flows.values():
        if found.elements[flow.source].kind is Kind.EXCLUSIVE:
            assert flow.name and flow.condition, flow.id


@pytest.mark.parametrize("key", KEYS)
def test_forks_and_joins_come_in_pairs(key: str) -> None:
    parallel = {e.id for e in route(key).elements.values() if e.kind is Kind.PARALLEL}
    forks = {name.removeprefix("fork_") for name in parallel if name.startswith("fork_")}
    joins = {name.removeprefix("join_") for name in parallel if name.startswith("join_")}
    assert forks == joins and len(parallel) == 2 * len(forks)


@pytest.mark.parametrize("key", KEYS)
def test_what_is_signed_was_drafted_or_is_the_sop_or_the_usulan(key: str) -> None:
    uses = [use for element in route(key).elements.values() for use in element.documents]
    drafted = {use.kind for use in uses if use.act == "konsep"}
    assert {use.kind for use in uses if use.act != "konsep"} <= drafted | {
        "usulan",
        "pengesahan_sop",
        "persetujuan_sop",
    }


# --- geometry --------------------------------------------------------------------------------------


def pieces(found: Route, flow: str) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(pairwise(found.geometry.lines[flow]))


@pytest.mark.parametrize("key", KEYS)
def test_lanes_fill_the_pool_and_hold_their_steps(key: str) -> None:
    found = route(key)
    boxes = found.geometry.boxes
    pool, lanes = boxes["pool"], [boxes[lane.id] for lane in found.lanes]
    assert lanes[0].y == pool.y and lanes[-1].y + lanes[-1].height == pool.y + pool.height
    for upper, lower in pairwise(lanes):
        assert (upper.x, upper.width, upper.y + upper.height) == (lower.x, lower.width, lower.y)
    for element in found.elements.values():
        box, lane = boxes[element.id], boxes[element.lane or ""]
        assert lane.x + 30 <= box.x and box.x + box.width <= lane.x + lane.width, element.id
        assert lane.y <= box.y and box.y + box.height <= lane.y + lane.height, element.id


@pytest.mark.parametrize("key", KEYS)
def test_no_shape_lies_on_another(key: str) -> None:
    found = route(key)
    for one, other in combinations(found.elements, 2):
        assert not overlap(found.geometry.boxes[one], found.geometry.boxes[other], 10), (one, other)


@pytest.mark.parametrize("key", KEYS)
def test_no_line_runs_through_a_shape(key: str) -> None:
    found = route(key)
    for flow in found.flows.values():
        for start, end in pieces(found, flow.id):
            assert start[0] == end[0] or start[1] == end[1], f"{flow.id} is not right-angled"
            for name in found.elements:
                box = found.geometry.boxes[name]
                inner = Box(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
                assert not crosses(inner, start, end), (flow.id, name)


@pytest.mark.parametrize("key", KEYS)
def test_a_line_begins_and_ends_on_the_edge_of_its_shapes(key: str) -> None:
    found = route(key)
    for flow in found.flows.values():
        line = found.geometry.lines[flow.id]
        for name, (x, y) in ((flow.source, line[0]), (flow.target, line[-1])):
            box = found.geometry.boxes[name]
            assert x in (box.x, box.x + box.width) or y in (box.y, box.y + box.height), (flow.id, name)
            if found.elements[name].kind in (Kind.EXCLUSIVE, Kind.PARALLEL):
                assert x == box.x + box.width / 2 or y == box.y + box.height / 2, (flow.id, name)


@pytest.mark.parametrize("key", KEYS)
def test_only_lines_of_one_step_ever_share_a_track(key: str) -> None:
    found = route(key)
    for one, other in combinations(found.flows.values(), 2):
        if one.source == other.source or one.target == other.target:
            continue
        for (a, b), (c, d) in ((p, q) for p in pieces(found, one.id) for q in pieces(found, other.id)):
            for across in (0, 1):
                level = a[1 - across] == b[1 - across] == c[1 - across] == d[1 - across]
                apart = max(min(a[across], b[across]), min(c[across], d[across])) >= min(
                    max(a[across], b[across]), max(c[across], d[across])
                )
                assert not level or apart, (one.id, other.id)


@pytest.mark.parametrize("key", KEYS)
def test_labels_lie_on_nothing(key: str) -> None:
    found = route(key)
    labels = found.geometry.labels
    assert set(labels) >= {flow.id for flow in found.flows.values() if flow.name}
    for one, other in combinations(labels, 2):
        assert not overlap(labels[one], labels[other]), (one, other)
    for name, label in labels.items():
        for element in found.elements:
            assert not overlap(label, found.geometry.boxes[element]), (name, element)
