"""The reviewer's first look: format findings F1 to F10, and the kind of SOP by its lanes.

The declared faults of the samples are the yardstick: exactly these, no others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from paraf.domain.format_rules import findings, part_findings
from paraf.domain.naskah import normalise
from paraf.domain.sample_sop import sample_naskah
from paraf.domain.sop_kind import Place, check_kind, kind_by_lanes
from paraf.errors import RuleBroken
from paraf.language import Language

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = {
    path.stem: sample
    for path in sorted((ROOT / "workflows" / "samples").glob("*.yaml"))
    if "naskah_konsep" in (sample := yaml.safe_load(path.read_text("utf-8")))
}


def draft(name: str = "invented_legalisasi_dokumen_v2") -> dict[str, Any]:
    return sample_naskah(SAMPLES[name])


def found(body: dict[str, Any]) -> dict[str, list[str]]:
    by_rule: dict[str, list[str]] = {}
    for finding in findings(normalise(body)):
        by_rule.setdefault(finding.rule, []).append(finding.where)
    return by_rule


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_have_exactly_their_declared_faults(name: str) -> None:
    assert found(draft(name)) == {fault["rule"]: fault["at"] for fault in SAMPLES[name]["faults"]}


def test_three_faults_of_the_first_version_in_words() -> None:
    words = Language(ROOT / "web" / "translations")
    first = findings(normalise(draft("invented_legalisasi_dokumen_v1")))
    said = [words.translate(finding.sentence, **finding.values) for finding in first]
    assert [finding.rule for finding in first] == ["F3", "F5", "F6"]
    assert "Petugas Loket, Pemeriksa Dokumen, Kasi Legalisasi" in said[0]
    assert "nomor 6 masih menyebut pelaksana" in said[1]
    assert said[2].endswith("nomor 4 belum lengkap: waktu.")
    assert {(finding.criterion, finding.huruf) for finding in first} == {("c", "g")}
    assert all(finding.cite for finding in first)


def changed(step: int, **columns: Any) -> dict[str, list[str]]:
    """The findings after one step of a faultless draft was changed."""
    body = draft()
    body["diagram_alir"]["steps"][step - 1] |= columns
    return found(body)


@pytest.mark.parametrize(
    ("step", "columns", "rule"),
    [
        (5, {"pelaksana": []}, "F1"),
        (9, {"next": ["12"]}, "F1"),
        (5, {"symbol": "cloud"}, "F2"),  # AC-15
        (5, {"symbol": None}, "F2"),
        (5, {"kegiatan": "Penerbitan kode bayar"}, "F4"),
        (5, {"kegiatan": "Berkas diperiksa kembali"}, "F4"),
        (5, {"kegiatan": "Mencocokkan"}, "F4"),
        (5, {"kegiatan": "Kasubbag menulis surat"}, "F5"),  # AC-16
        (5, {"kegiatan": "Menulis surat oleh Kasubbag"}, "F5"),
        (5, {"kegiatan": "Petugas Loket Legalisasi menerbitkan kode bayar"}, "F5"),
        (5, {"waktu": None}, "F6"),  # AC-17
        (5, {"kelengkapan": ""}, "F6"),
        (7, {"tidak": None}, "F7"),
        (7, {"tidak": "8"}, "F7"),
        (5, {"symbol": "terminator"}, "F8"),
        (10, {"symbol": "process"}, "F8"),
        (9, {"output": "Kuitansi hotel", "kelengkapan": "Tiket"}, "F9"),
        (5, {"symbol": "pentagon"}, "F10"),
    ],
)
def test_one_fault_gives_one_rule(step: int, columns: dict[str, Any], rule: str) -> None:
    assert rule in changed(step, **columns)
    if rule not in ("F1", "F7", "F9"):
        assert changed(step, **columns) == {rule: [str(step)]}


def test_lanes_by_rank_are_found(  # AC-18
) -> None:
    body = draft()
    body["diagram_alir"]["lanes"].reverse()
    assert found(body) == {"F3": ["lanes"]}


def test_a_flow_told_in_words_is_a_finding_and_a_drawing_is_for_a_person_to_look_at() -> None:
    assert found({"diagram_alir": "Berkas diperiksa lalu ditandatangani."}) == {"F1": ["diagram"]}
    assert found({"diagram_alir": {"file": "ab" * 32}}) == {}
    assert found({}) == {}


def test_a_heading_lends_its_time_and_needs_no_symbol() -> None:
    body = draft()
    steps = body["diagram_alir"]["steps"]
    for step in steps[1:]:
        step["no"] = str(int(step["no"]) + 1) if step["no"] != "2" else "2.a"
    steps[1] |= {"waktu": None, "ya": "4", "tidak": "1"}
    steps[2] |= {"ya": "6", "tidak": "5"}
    steps[3] |= {"next": ["4"]}
    steps[6] |= {"ya": "9", "tidak": "7"}
    steps[7] |= {"ya": "10", "tidak": "8"}
    steps.insert(
        1, {"no": "2", "kegiatan": "Pemeriksaan", "group": True, "waktu": {"value": 10, "unit": "menit"}}
    )
    assert found(body) == {}


def test_parts_that_do_not_agree_are_told_to_the_drafter() -> None:
    body = draft()
    assert part_findings(normalise(body)) == []
    body["pihak_terlibat"] = [*body["pihak_terlibat"][1:], "Pemohon"]
    body["keluaran"] = ["Kuitansi"]
    told = part_findings(normalise(body))
    assert [(finding.rule, finding.huruf) for finding in told] == [("D", "d"), ("D", "d"), ("F", "f")]


# --- Makro, Mikro or Teknis (INT-33) --------------------------------------------------------------

PLACES = {
    "DIT-KONSULER": Place("DIT-KONSULER"),
    "SUBDIT-LEGALISASI": Place("DIT-KONSULER"),
    "DIT-PROTOKOL": Place("DIT-PROTOKOL"),
    "KBRI-TOKYO": Place("KBRI-TOKYO"),
    "DJPROTKONS": Place("DJPROTKONS", wider=True),
}


def place(code: str) -> Place:
    return PLACES.get(code, Place(code, wider=True))


def lanes(*units: str | None) -> Any:
    return normalise(
        {
            "diagram_alir": {
                "lanes": [
                    {"id": f"l{i}", "name": f"Pelaksana {i}", "unit": unit} for i, unit in enumerate(units)
                ],
                "steps": [{"kegiatan": "Menyusun surat", "pelaksana": [f"l{i}"]} for i in range(len(units))],
            }
        }
    )


@pytest.mark.parametrize(
    ("units", "kind"),
    [
        ((None,), "teknis"),
        ((None, None), "mikro"),
        (("DIT-KONSULER", "SUBDIT-LEGALISASI"), "mikro"),
        (("DIT-KONSULER", "DIT-PROTOKOL"), "makro"),  # AC-06
        (("DIT-KONSULER", "KBRI-TOKYO"), "makro"),
        ((None, "DJPROTKONS"), "makro"),
        ((None, "KEMENDAGRI"), "makro"),
    ],
)
def test_the_kind_follows_from_the_units_in_the_lanes(units: tuple[str | None, ...], kind: str) -> None:
    assert kind_by_lanes(lanes(*units), "DIT-KONSULER", place).kind == kind


@pytest.mark.parametrize(
    ("declared", "units", "rule"),
    [
        ("mikro", ("DIT-KONSULER", "DIT-PROTOKOL"), "PL 15(1), 31(1); INT-33"),
        ("teknis", ("DIT-KONSULER", "DIT-PROTOKOL"), "PL 15(1), 31(1); INT-33"),
        ("teknis", (None, None), "PL 52(1)"),
        ("makro", ("DIT-KONSULER", "SUBDIT-LEGALISASI"), "PL 15(1), 31(1); INT-33"),
        ("mikro", (None, "DIT-KONSULER"), None),
        ("makro", (None, None), None),  # nobody said which units: for the reviewer
        ("mikro", (None,), None),
        ("teknis", (None,), None),
    ],
)
def test_handing_on_checks_the_kind(declared: str, units: tuple[str | None, ...], rule: str | None) -> None:
    if rule is None:
        check_kind(declared, lanes(*units), "DIT-KONSULER", place)
        return
    with pytest.raises(RuleBroken) as refused:
        check_kind(declared, lanes(*units), "DIT-KONSULER", place)
    assert refused.value.rule == rule


def test_a_party_says_where_a_lane_without_unit_belongs() -> None:
    body = draft()
    body["pihak_terlibat"][1] = {"name": "Pemeriksa Dokumen", "unit": "DIT-PROTOKOL"}
    assert kind_by_lanes(normalise(body), "DIT-KONSULER", place).places == ("DIT-KONSULER", "DIT-PROTOKOL")
