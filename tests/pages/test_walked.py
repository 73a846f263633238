"""What people met when they walked through the pages: faults that say where, findings, parties, erasing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cast import SEKJEN, STAF_AFRIKA, Player
from pages.conftest import Inside, Page
from paraf import forms
from paraf.config import load_settings
from paraf.domain.interpretations import INTERPRETATIONS
from paraf.entrypoints.pages.case_words import change_label, fact
from paraf.entrypoints.pages.naskah_form import body_of, inserted_after, shown
from paraf.entrypoints.pages.words import Words, by_rule, current_papers
from paraf.usecases.demo import STORIES
from travel import MAKRO, acts, set_out, take
from web_service import Service

ADMIN = Player("admin", "Fajar Kusumawangsa", "")
LONG_TITLE = ("Penerbitan Surat Keterangan Jalan bagi Warga Negara Indonesia di Luar Negeri " * 4)[:299]


@pytest.fixture(scope="module")
def say() -> Words:
    return Words(load_settings().words(), "Asia/Jakarta")


def _arrived_at(service: Service, inside: Inside, element: str, story: int = 0) -> Page:
    """The page of the first task of this step on a demonstrated route."""
    journey = set_out(service.office, STORIES[story])
    while (act := next(acts(service.office, journey), None)) is not None:
        if act.element == element:
            return inside(Player(act.actor.login, "", "")).open(f"/tugas/{act.task_id}")
        take(service.office, act)
    raise AssertionError(f"the case never came to {element}")


# --- words ----------------------------------------------------------------------------------------


def test_a_basis_is_told_in_full_and_without_names_of_our_own(say: Words) -> None:
    assert say.article("PL 18, 19(3)") == "Pasal 18 dan Pasal 19 ayat (3)"
    assert say.article("PL 37(4); A1") == "Pasal 37 ayat (4)"
    assert say.article("person.erase") == ""
    assert say.article("A5; INT-28") == "INT-28"


def test_an_interpretation_says_what_was_left_open_and_chosen(say: Words, inside: Inside) -> None:
    cited = say.cited("PL 37(1); INT-09; INT-98 <b>")
    assert cited.startswith('Pasal 37 ayat (1); <abbr title="Peraturan mewajibkan hardcopy')
    assert cited.endswith("INT-98 &lt;b&gt;"), "what nobody knows stays what it is"
    assert [name for name, _ in say.interpretations(["INT-31; INT-09", "PL 3", "INT-98"])] == [
        "INT-09",
        "INT-31",
    ]
    assert say.option("paper") == "Cetak" and say.option("paper: a. paraf: b") == "Cetak: a. paraf: b"
    page = inside(STAF_AFRIKA).open("/rute/sop_mikro_eselon1")
    assert not re.search(r"\bpaper\b", page.text) and "Cetak: hardcopy wajib" in page.text
    assert "Penafsiran atas peraturan" in page.text and "Biro PO menerima hardcopy" in page.text
    told = set(re.findall(r"INT-\d\d", page.text))
    assert told and all(f"<dt>{name}</dt>" in page.html for name in told)


def test_every_interpretation_that_a_route_cites_is_known() -> None:
    cited = {
        name
        for path in Path("workflows").rglob("*")
        if path.suffix in (".bpmn", ".dmn", ".toml", ".json")
        for name in re.findall(r"INT-\d\d", path.read_text())
    }
    assert cited <= set(INTERPRETATIONS), cited - set(INTERPRETATIONS)


def test_a_record_is_made_and_never_a_konsep(say: Words) -> None:
    entry = {"type": "document.made", "document_title": "Notula", "data": {"act": "konsep"}}
    assert fact(say, {**entry, "record": True}, {}) == "Notula dibuat."
    assert fact(say, {**entry, "record": False}, {}) == "Notula disusun sebagai konsep."
    assert change_label(say, {"part": "diagram_alir", "where": "lanes"}) == "g. Diagram alir, pelaksana"


def test_findings_stand_under_their_rule_and_papers_as_signed() -> None:
    found = [{"rule": "F6", "n": 1}, {"rule": "F1", "n": 2}, {"rule": "F6", "n": 3}]
    assert [(rule, [one["n"] for one in same]) for rule, same in by_rule(found)] == [
        ("F6", [1, 3]),
        ("F1", [2]),
    ]
    draft, signed = ({"kind": "usulan", "version": 1, "act": act} for act in ("konsep", "tanda_tangan"))
    other = {"kind": "nota_dinas", "version": 1, "act": "konsep"}
    assert current_papers([draft, signed, other]) == [signed, other]


def test_a_list_with_rows_is_drawn_without_another_blank_one() -> None:
    schema = {
        "type": "object",
        "properties": {"peserta": {"type": "array", "title": "Peserta", "items": {"type": "string"}}},
    }
    (filled,) = forms.fields(schema, {"peserta": ["Direktur"]}, blank_rows=None)
    (empty,) = forms.fields(schema, {}, blank_rows=None)
    assert len(filled.rows) == 1 and len(empty.rows) == 1


# --- the editor -----------------------------------------------------------------------------------


def test_a_moved_step_keeps_what_belongs_to_it_when_it_is_drawn_again() -> None:
    stored = {
        "diagram_alir": {
            "lanes": [{"id": "staf", "name": "Staf"}],
            "steps": [
                {"no": "1", "kegiatan": "Menerima", "notes": ["pertama"]},
                {"no": "2", "kegiatan": "Menulis", "notes": ["kedua"]},
            ],
        }
    }
    swapped = {
        "diagram_alir.steps.0.asal": ["1"],
        "diagram_alir.steps.0.kegiatan": ["Menulis"],
        "diagram_alir.steps.1.asal": ["0"],
        "diagram_alir.steps.1.kegiatan": ["Menerima"],
    }
    drawn = shown(body_of(swapped, stored, keep_origin=True))
    assert [step.get("asal") for step in drawn["steps"][:2]] == ["1", "0"]
    saved = body_of(swapped, stored)["diagram_alir"]["steps"]
    assert [(step["kegiatan"], step["notes"]) for step in saved] == [
        ("Menulis", ["kedua"]),
        ("Menerima", ["pertama"]),
    ]
    assert "asal" not in saved[0]


def test_a_blank_step_is_drawn_where_it_was_asked_for() -> None:
    body = {"diagram_alir": {"steps": [{"no": "1", "kegiatan": "Satu"}, {"no": "2", "kegiatan": "Dua"}]}}
    after = inserted_after({"sisip": ["diagram_alir.steps.0"]})
    assert [step.get("kegiatan") for step in shown(body, after)["steps"]] == ["Satu", None, "Dua", None]
    for odd in ("diagram_alir.steps.x", "dasar_hukum.0", "", "diagram_alir.steps.99999"):
        assert inserted_after({"sisip": [odd]}) is None
    assert len(shown(body, 77)["steps"]) == 3


def test_a_fault_in_the_editor_says_where_it_stands(inside: Inside) -> None:
    staff = inside(STAF_AFRIKA)
    editor = staff.send(staff.open("/usulan/baru").form(""), "/usulan/baru", title="Rapat Pimpinan")
    form = editor.form("/naskah")
    inserted = staff.send(
        form, diagram_alir__steps__0__kegiatan="Menerima surat", sisip="diagram_alir.steps.0"
    )
    assert inserted.status == 200 and "Naskah versi" not in inserted.text
    refused = staff.send(
        inserted.form("/naskah"),
        simpan="1",
        diagram_alir__steps__0__waktu__value="lama sekali",
        dasar_hukum__0__kind="Undang-Undang",
        dasar_hukum__0__year="kemarin",
    )
    assert refused.status == 422
    assert "g. Diagram alir, langkah 1:" in refused.text and "b. Dasar hukum, baris 1:" in refused.text
    target = re.search(r'href="#(diagram_alir-steps-0-waktu-value)"', refused.html)
    assert target and f'id="{target[1]}"' in refused.html


def test_what_is_lacking_leads_from_the_task_to_its_part(inside: Inside) -> None:
    staff = inside(STAF_AFRIKA)
    staff.send(staff.open("/usulan/baru").form(""), "/usulan/baru", title="Rapat Pimpinan")
    task = staff.open(staff.open("/kotak-masuk").link("Rapat Pimpinan"))
    refused = staff.send(task.form("/keputusan"), outcome="submit")
    assert refused.status == 422
    assert refused.link("Huruf b").endswith("/naskah#dasar_hukum-bagian")
    assert refused.link("Softcopy").endswith("/naskah#lampiran")
    assert refused.text.count("Huruf b belum ada") == 1


def test_the_word_about_an_attachment_stands_beside_the_attachments(inside: Inside) -> None:
    staff = inside(STAF_AFRIKA)
    editor = staff.send(staff.open("/usulan/baru").form(""), "/usulan/baru", title="Rapat Pimpinan")
    refused = staff.send(editor.form("/lampiran"), role="softcopy")
    place = refused.html.partition('id="lampiran"')[2].partition("</section>")[0]
    assert "Silakan pilih berkas" in place
    assert refused.text.count("Silakan pilih berkas") == 1


# --- tasks and cases ------------------------------------------------------------------------------


def test_a_reviewer_sees_the_findings_and_no_record_is_called_a_konsep(
    service: Service, inside: Inside
) -> None:
    staff = inside(STAF_AFRIKA)
    editor = staff.send(staff.open("/usulan/baru").form(""), "/usulan/baru", title="Rapat Pimpinan")
    steps = {f"diagram_alir__steps__{n}__kegiatan": f"Menulis surat {n}" for n in range(3)}
    task = staff.send(editor.form("/naskah"), lalu="tugas", **steps)
    assert "Temuan format" in task.text and "yang serupa" in task.text
    assert f"{task.link('Lihat di samping naskah')}".endswith("/naskah/1#judul-temuan")
    review = _arrived_at(service, inside, "review_naskah_konsep")
    assert "temuan format" in review.text.lower()
    assert "Boleh dikosongkan" in review.text
    journey_page = _arrived_at(service, inside, "decide_review_outcome")
    item = journey_page.html.partition("Kertas Kerja Reviu</a>")[2].partition("</li>")[0]
    assert item and "konsep" not in item


def test_a_refused_form_names_its_fields(service: Service, inside: Inside) -> None:
    journey = set_out(service.office)
    while (act := next(acts(service.office, journey))).element != "review_naskah_konsep":
        take(service.office, act)
    reviewer = inside(Player(act.actor.login, "", ""))
    page = reviewer.open(f"/tugas/{act.task_id}")
    refused = reviewer.send(page.form("/keputusan"), outcome=act.outcome)
    assert refused.status == 422
    summary = refused.html.partition('id="ringkasan-kesalahan"')[2].partition("</ul>")[0]
    assert "a. Kesesuaian dengan tugas dan fungsi" in summary and "c. Kesesuaian format" in summary


def test_whoever_leaves_out_the_reason_and_the_step_is_told_of_both(service: Service, inside: Inside) -> None:
    path = _arrived_at(service, inside, "sign_nota_dinas_persetujuan").path
    official = inside(SEKJEN)
    refused = official.send(official.open(path).form("/keputusan"), outcome="return")
    assert refused.status == 422
    assert "Keputusan ini memerlukan alasan." in refused.text
    assert "Pilih salah satu langkah yang tersedia." in refused.text


def test_the_parties_of_a_discussion_are_told_one_by_one(service: Service, inside: Inside) -> None:
    journey = set_out(service.office, MAKRO)
    while (act := next(acts(service.office, journey))) and not _discusses(service, journey.instance_id):
        take(service.office, act)
    take(service.office, act)
    page = inside(Player("karo.po", "", "")).open(f"/usulan/{journey.proposal_id}")
    told = re.search(r"1 dari (\d) pihak telah menyampaikan pendapat", page.text)
    assert told and int(told[1]) > 2
    assert page.html.count('<ul class="parties">') == 1
    assert "kali)" not in page.html.partition('class="parties"')[0].rpartition("<li")[2]
    listed = inside(Player("karo.po", "", "")).open("/berkas")
    assert re.search(r"\(\d pihak\)", listed.text)


def _discusses(service: Service, instance_id: str) -> bool:
    with service.office.store.read() as uow:
        return len(uow.tasks.open_of_case(instance_id)) > 1


def test_a_long_title_passes_through_the_form_it_proposes(service: Service, inside: Inside) -> None:
    staff = inside(STAF_AFRIKA)
    editor = staff.send(staff.open("/usulan/baru").form(""), "/usulan/baru", title=LONG_TITLE)
    assert editor.status == 200 and LONG_TITLE in editor.html
    longer = staff.send(staff.open("/usulan/baru").form(""), "/usulan/baru", title=LONG_TITLE + "terlalu")
    assert longer.status == 422 and LONG_TITLE + "terlalu" in longer.html


# --- erasing --------------------------------------------------------------------------------------


def test_an_administrator_erases_a_person_with_a_word_of_confirmation(inside: Inside) -> None:
    admin = inside(ADMIN)
    listed = admin.open("/administrasi/orang")
    admin.send(listed.form("/administrasi/orang"), name="Wulan Samarinda", login="wulan.samarinda")
    page = admin.open(admin.open("/administrasi/orang/wulan.samarinda").link("Hapus data orang ini"))
    assert "tidak dapat dibatalkan" in page.text
    wrong = admin.send(page.form("/hapus-data"), repeated="wulan")
    assert wrong.status == 422 and "persis seperti" in wrong.text
    done = admin.send(wrong.form("/hapus-data"), repeated="wulan.samarinda")
    assert done.path == "/administrasi/orang" and "telah dihapus" in done.text
    assert admin.open("/administrasi/orang/wulan.samarinda").status == 404
    assert "Wulan Samarinda" not in admin.open("/administrasi/orang?q=wulan").text


def test_whoever_holds_a_position_or_does_not_administer_is_told_so(inside: Inside) -> None:
    admin = inside(ADMIN)
    for login, why in (("staf.afrika", "Staf Direktorat Afrika"), ("admin", "menghapus data diri sendiri")):
        page = admin.open(f"/administrasi/orang/{login}/hapus-data")
        assert page.status == 200 and why in page.text
        assert "/hapus-data" not in page.html, "nothing is offered that would be refused"
    assert inside(STAF_AFRIKA).open("/administrasi/orang/karo.po/hapus-data").status == 403
