"""A draft on its way: what may be written, what it lacks, its digest, what changed since last week.

The cast: the Kepala Seksi Legalisasi drafts SOP Mikro "Pelayanan Legalisasi Dokumen" of Direktorat
Konsuler in two versions; the KBRI in Kuala Lumpur drafts one of its own.
"""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from paraf.domain.facts import canonical
from paraf.domain.naskah import changes, missing_parts, naskah_digest, normalise, units_in
from paraf.domain.sample_sop import sample_naskah
from paraf.domain.sop_parts import PARTS
from paraf.errors import InvalidForm, UnknownField

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted(
    path
    for path in (ROOT / "workflows" / "samples").glob("*.yaml")
    if "naskah_konsep" in path.read_text("utf-8")
)


def body(name: str = "invented_legalisasi_dokumen_v2") -> dict[str, Any]:
    return sample_naskah(yaml.safe_load((ROOT / "workflows" / "samples" / f"{name}.yaml").read_text("utf-8")))


def lacking(draft: dict[str, Any], **circumstances: Any) -> list[str]:
    circumstances = {"has_softcopy": True, **circumstances}
    return [part.huruf or part.field for part in missing_parts(normalise(draft), **circumstances)]


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_what_was_read_reads_the_same_again(path: Path) -> None:
    naskah = normalise(body(path.stem))
    assert normalise(naskah.body()) == naskah
    assert canonical(naskah.body())  # no fractions, no odd text: it can be hashed


def test_a_draft_may_begin_empty_and_grow() -> None:
    assert normalise({}).body() == {}
    assert normalise({"deskripsi": None, "keluaran": [], "diagram_alir": {}}).body() == {}
    assert normalise({"keluaran": ["Laporan", ""]}).keluaran == ("Laporan",)


def test_entries_may_be_plain_words() -> None:
    naskah = normalise(
        {
            "dasar_hukum": ["UU 37/1999"],
            "ketertautan": "tidak ada",
            "pihak_terlibat": ["Direktur", {"name": "Staf", "unit": "DIT-KONSULER"}],
            "persyaratan_perlengkapan": "Tidak ada",
            "diagram_alir": [
                {"kegiatan": "Menyusun surat", "pelaksana": "Staf", "waktu": "2,5 jam"},
                {
                    "kegiatan": "Menandatangani surat",
                    "pelaksana": ["Direktur"],
                    "waktu": {"value": 1.0, "unit": "jam"},
                },
            ],
        }
    )
    assert naskah.ketertautan[0].none
    assert units_in(naskah) == ["DIT-KONSULER"]
    flow = naskah.diagram_alir
    assert [lane.name for lane in flow.lanes] == ["Staf", "Direktur"]
    assert [str(step.waktu) for step in flow.steps] == ["2,5 jam", "1 jam"]
    assert flow.steps[0].waktu is not None and flow.steps[0].waktu.value == "2.5"
    assert canonical(naskah.body())


def test_a_drawing_takes_the_place_of_steps() -> None:
    assert normalise({"diagram_alir": "ab" * 32}).diagram_alir.file == "ab" * 32
    with pytest.raises(InvalidForm):
        normalise({"diagram_alir": {"file": "flow.png"}})


def test_an_unknown_field_is_refused_by_its_path() -> None:
    draft = body()
    draft["lampiran"] = "x"
    draft["diagram_alir"]["steps"][3]["waktu"]["satuan"] = "hari"
    with pytest.raises(UnknownField) as refused:
        normalise(draft)
    assert set(refused.value.errors) == {"lampiran", "diagram_alir.steps.3.waktu.satuan"}


@pytest.mark.parametrize(
    ("draft", "paths"),
    [
        ({"deskripsi": 4.5, "keluaran": "Laporan"}, {"deskripsi", "keluaran"}),
        ({"deskripsi": "x" * 20_001}, {"deskripsi"}),
        ({"deskripsi": "a\x00b"}, {"deskripsi"}),
        ({"deskripsi": "setuju\u202etidak"}, {"deskripsi"}),
        ({"keluaran": ["x"] * 201}, {"keluaran"}),
        ({"dasar_hukum": [{"title": "x", "year": "tahun lalu"}]}, {"dasar_hukum.0.year"}),
        ({"ketertautan": [{"title": "x", "sop_kind": "besar"}]}, {"ketertautan.0.sop_kind"}),
        ({"diagram_alir": {"steps": [{"no": "1"}, {"no": 1}]}}, {"diagram_alir.steps.1.no"}),
        (
            {"diagram_alir": {"steps": [{"waktu": {"value": 0, "unit": "jam"}}]}},
            {"diagram_alir.steps.0.waktu.value"},
        ),
        (
            {"diagram_alir": {"steps": [{"waktu": {"value": 1, "unit": "tahun"}}]}},
            {"diagram_alir.steps.0.waktu.unit"},
        ),
        (
            {"diagram_alir": {"lanes": ["Staf"], "steps": [{"pelaksana": "Tamu"}]}},
            {"diagram_alir.steps.0.pelaksana"},
        ),
        ({"diagram_alir": {"steps": [{"no": str(n)} for n in range(501)]}}, {"diagram_alir.steps"}),
    ],
)
def test_what_cannot_be_read_is_named(draft: dict[str, Any], paths: set[str]) -> None:
    with pytest.raises(InvalidForm) as refused:
        normalise(draft)
    assert set(refused.value.errors) == paths


# --- complete or not (AC-09 to AC-11, AC-14) ------------------------------------------------------


@pytest.mark.parametrize(("huruf", "part"), PARTS)
def test_a_missing_part_is_named_by_its_letter(huruf: str, part: str) -> None:
    draft = body()
    del draft[part]
    assert lacking(draft) == [huruf]
    assert lacking(draft | {part: "   " if part == "deskripsi" else []}) == [huruf]


def test_without_the_softcopy_nothing_is_submitted() -> None:
    assert lacking(body()) == []
    assert lacking(body(), has_softcopy=False) == ["softcopy"]


def test_more_than_seven_parts_is_no_fault() -> None:
    assert body()["identitas"]
    assert lacking(body()) == []


def test_an_sop_mikro_names_an_sop_makro_or_says_there_is_none() -> None:
    draft = body() | {"ketertautan": [{"sop_kind": "mikro", "title": "SOP Mikro Pengelolaan Arsip"}]}
    assert lacking(draft) == ["c"]
    assert lacking(draft, sop_kind="makro") == []
    draft["ketertautan"].append({"sop_kind": "makro", "none": True})
    assert lacking(draft) == []


def test_a_drawing_must_be_attached() -> None:
    draft = body() | {"diagram_alir": {"file": "ab" * 32}}
    assert lacking(draft, diagram_files=[]) == ["g"]
    assert lacking(draft, diagram_files=["ab" * 32]) == []


def test_a_change_of_an_sop_makro_names_the_sop_in_force() -> None:
    assert lacking(body(), sop_kind="makro", request_kind="change") == ["sop_in_force"]
    assert lacking(body(), sop_kind="makro", request_kind="change", sop_in_force="sop-1") == []


def test_of_an_sop_teknis_only_the_steps_are_wanted() -> None:
    assert lacking({}, has_softcopy=False, sop_kind="teknis") == ["g"]
    assert (
        lacking({"diagram_alir": [{"kegiatan": "Mencetak stiker"}]}, has_softcopy=False, sop_kind="teknis")
        == []
    )


# --- digest ---------------------------------------------------------------------------------------


def test_the_digest_covers_words_and_attachments_and_nothing_else() -> None:
    naskah = normalise(body())
    digest = naskah_digest(naskah, ["aa" * 32, "bb" * 32], canonical)
    assert digest == naskah_digest(normalise(naskah.body()), ["bb" * 32, "aa" * 32], canonical)
    assert digest != naskah_digest(naskah, ["aa" * 32], canonical)
    reworded = body()
    reworded["diagram_alir"]["steps"][0]["kegiatan"] += " sendiri"
    assert digest != naskah_digest(normalise(reworded), ["aa" * 32, "bb" * 32], canonical)


def test_two_processes_see_the_same_digest() -> None:
    code = (
        "import sys, yaml, pathlib\n"
        "from paraf.domain.facts import canonical\n"
        "from paraf.domain.naskah import naskah_digest, normalise\n"
        "from paraf.domain.sample_sop import sample_naskah\n"
        "sample = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text('utf-8'))\n"
        "print(naskah_digest(normalise(sample_naskah(sample)), [], canonical))\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code, str(SAMPLES[0])],
            env={"PYTHONPATH": str(ROOT / "service"), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


# --- what changed ---------------------------------------------------------------------------------


def test_the_reviewer_sees_the_three_corrections_of_version_two() -> None:
    old, new = normalise(body("invented_legalisasi_dokumen_v1")), normalise(body())
    found = {(change.part, change.where, change.field): change for change in changes(old, new)}
    assert set(found) == {
        ("pihak_terlibat", "", ""),
        ("diagram_alir", "lanes", ""),
        ("diagram_alir", "4", "waktu"),
        ("diagram_alir", "6", "kegiatan"),
    }
    time = found["diagram_alir", "4", "waktu"]
    assert (time.what, time.before, time.after) == ("added", None, "3 hari")
    assert str(found["diagram_alir", "6", "kegiatan"].before).startswith("Pemeriksa Dokumen mencetak")
    assert found["diagram_alir", "lanes", ""].what == "changed"


def test_a_new_step_in_the_middle_does_not_change_the_steps_after_it() -> None:
    draft = body()
    later = copy.deepcopy(draft)
    steps = later["diagram_alir"]["steps"]

    def shifted(no: str) -> str:
        return str(int(no) + 1) if int(no) >= 5 else no

    for step in steps:
        step["no"] = shifted(step["no"])
        for exit in ("ya", "tidak"):
            if exit in step:
                step[exit] = shifted(step[exit])
    steps.insert(4, {**steps[4], "no": "5", "kegiatan": "Memotret dokumen untuk arsip"})
    found = changes(normalise(draft), normalise(later))
    assert [(change.what, change.where, change.after) for change in found] == [
        ("added", "5", "Memotret dokumen untuk arsip")
    ]
    back = changes(normalise(later), normalise(draft))
    assert [(change.what, change.where, change.before) for change in back] == [
        ("removed", "5", "Memotret dokumen untuk arsip")
    ]


def test_nothing_changed_says_nothing() -> None:
    assert changes(normalise(body()), normalise(normalise(body()).body())) == []


def test_every_part_tells_its_changes() -> None:
    old = normalise(body())
    for _, part in PARTS:
        gone = body()
        del gone[part]
        assert {change.what for change in changes(old, normalise(gone)) if change.part == part} == {"removed"}
        assert {change.what for change in changes(normalise(gone), old) if change.part == part} == {"added"}
