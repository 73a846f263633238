"""A proposal is written, handed on, returned and mended, with nothing but forms and links."""

from __future__ import annotations

import io

from cast import DIR_AFRIKA, DIRJEN_ASPASAF, REVIEWER, SECOND_REVIEWER, STAF_AFRIKA, STAF_TOKYO
from pages.conftest import Inside, Page, Reader
from paraf.usecases import demo_papers
from web_service import Service

TITLE = "Penyiapan Bahan Pertemuan Bilateral"


def _propose(staff: Reader) -> Page:
    opening = staff.open("/usulan/baru")
    sent = opening.form("")
    editor = staff.send(sent, "/usulan/baru", title=TITLE, sop_kind="mikro", request_kind="new")
    assert editor.status == 200, editor.text
    assert "Usulan telah dibuka" in editor.text
    return editor


def _attach(staff: Reader, editor: Page) -> Page:
    form = editor.form("/lampiran")
    file = (io.BytesIO(demo_papers.softcopy(TITLE)), "naskah konsep.pdf")
    return staff.send(form, role="softcopy", berkas=file)


def _write(service: Service, staff: Reader, editor: Page) -> Page:
    """Fill the editor as a person would; the executors first, so that steps can name them."""
    first = staff.send(
        editor.form("/naskah"),
        deskripsi="Penyiapan bahan untuk pertemuan bilateral.",
        dasar_hukum__0__kind="Peraturan Menteri Luar Negeri",
        dasar_hukum__0__number="6",
        dasar_hukum__0__year="2017",
        dasar_hukum__0__title="Pedoman Penyusunan Peta Bisnis Proses",
        tanpa_kaitan="true",
        pihak_terlibat__0__name="Staf",
        tanpa_persyaratan="true",
        keluaran__0="Bahan pertemuan",
        diagram_alir__lanes__0__name="Staf",
        tambah="diagram_alir.lanes",
    )
    assert first.status == 200
    assert "Naskah versi" not in first.text, "a row button saves nothing"
    assert 'value="staf"' in first.html, "the new executor can be chosen in a step"
    steps = {
        "diagram_alir__steps__0__kegiatan": "Menerima permintaan bahan",
        "diagram_alir__steps__0__symbol": "terminator",
        "diagram_alir__steps__1__kegiatan": "Menyusun bahan pertemuan",
        "diagram_alir__steps__1__symbol": "process",
        "diagram_alir__steps__2__kegiatan": "Menyampaikan bahan pertemuan",
        "diagram_alir__steps__2__symbol": "terminator",
    }
    for n in range(3):
        steps |= {
            f"diagram_alir__steps__{n}__pelaksana": "staf",
            f"diagram_alir__steps__{n}__kelengkapan": "Disposisi" if n == 0 else "Bahan pertemuan",
            f"diagram_alir__steps__{n}__waktu__value": "2",
            f"diagram_alir__steps__{n}__waktu__unit": "jam",
            f"diagram_alir__steps__{n}__output": "Bahan pertemuan",
        }
    saved = staff.send(first.form("/naskah"), simpan="1", **steps)
    assert "Naskah versi 1 telah disimpan" in saved.text, saved.text
    return saved


def test_a_draft_is_written_returned_and_mended_without_any_script(service: Service, inside: Inside) -> None:
    staff = inside(STAF_AFRIKA)
    editor = _propose(staff)
    assert "belum lengkap" in editor.text

    # handing on an incomplete draft names what is missing, on the task page
    task = staff.open(staff.open("/kotak-masuk").link(TITLE))
    refused = staff.send(task.form("/keputusan"), outcome="submit")
    assert refused.status == 422
    assert "Huruf a" in refused.text and "Softcopy" in refused.text

    # the parts, one version; then the softcopy
    editor = _write(service, staff, editor)
    editor = _attach(staff, editor)
    assert "telah dilampirkan" in editor.text
    assert "belum lengkap" not in editor.text

    # handed on to the head of the Eselon I unit; gone from the staff's inbox
    task = staff.open(staff.open("/kotak-masuk?tab=mine").link(TITLE))
    onward = staff.send(task.form("/keputusan"), outcome="submit")
    assert onward.path == "/kotak-masuk" and "telah dicatat" in onward.text
    assert "Tidak ada tugas yang menunggu" in onward.text

    # the Direktur, who has no part in this step, may read and is told that he may not decide
    case = inside(DIR_AFRIKA).open("/berkas")
    shown = inside(DIR_AFRIKA).open(case.link(TITLE))
    assert "Sampaikan usulan" in shown.text
    assert "Jatmiko Bratasena" in shown.text or "Direktur Jenderal Asia Pasifik dan Afrika" in shown.text

    # the Direktur Jenderal returns it: first without a reason, then with one
    head = inside(DIRJEN_ASPASAF)
    task = head.open(head.open("/kotak-masuk").link(TITLE))
    without = head.send(task.form("/keputusan"), outcome="return")
    assert without.status == 422
    assert 'aria-invalid="true"' in without.html
    with_reason = head.send(
        without.form("/keputusan"), outcome="return", comment="Dasar hukum belum lengkap."
    )
    assert "telah dicatat" in with_reason.text, with_reason.text

    # the staff reads the reason and mends the draft
    task = staff.open(staff.open("/kotak-masuk").link(TITLE))
    assert "Dasar hukum belum lengkap." in task.text
    editor = staff.open(task.link("Ubah naskah konsep"))
    saved = staff.send(editor.form("/naskah"), deskripsi="Penyiapan bahan, diperbaiki.", simpan="1")
    assert "telah disimpan" in saved.text
    versions = staff.open(saved.link("Versi 2"))
    assert "Penyiapan bahan, diperbaiki." in versions.text
    assert "Dihapus: Penyiapan bahan untuk pertemuan bilateral." in versions.text


def test_two_persons_decide_at_once_and_the_second_is_told_kindly(service: Service, inside: Inside) -> None:
    staff = inside(STAF_AFRIKA)
    editor = _write(service, staff, _propose(staff))
    _attach(staff, editor)
    task = staff.open(staff.open("/kotak-masuk?tab=mine").link(TITLE))
    staff.send(task.form("/keputusan"), outcome="submit")
    head = inside(DIRJEN_ASPASAF)
    task = head.open(head.open("/kotak-masuk").link(TITLE))
    first = task.form("/keputusan")
    assert "telah dicatat" in head.send(first, outcome="submit").text

    # the same form again is the same request: nothing happens twice
    again = head.send(first, outcome="submit")
    assert "telah dicatat" in again.text

    # a form of another window of the same page comes too late
    late = head.send(
        first, outcome="submit", comment="Mohon disegerakan.", once="another-window-of-the-same-page"
    )
    assert late.status == 409
    assert "Tidak ada yang dicatat" in late.text
    assert "Mohon disegerakan." in late.text, "the form is gone, what he wrote is not"
    assert "masih ada di bawah" not in late.text

    # of two reviewers one takes the task; the other is told who holds it
    one, other = inside(REVIEWER), inside(SECOND_REVIEWER)
    waiting = one.open("/kotak-masuk")
    taken = one.send(waiting.form("/ambil"))
    assert "sekarang Anda pegang" in taken.text
    seen = other.open(taken.path)
    assert "Tugas ini dipegang Zainal Nawasena" in seen.text
    refused = other.post(taken.path + "/ambil")
    assert refused.status == 409 and "Zainal Nawasena" in refused.text


def test_a_stranger_finds_nothing_and_a_refusal_names_its_rule(inside: Inside) -> None:
    staff = inside(STAF_AFRIKA)
    editor = _propose(staff)
    proposal = editor.path.removesuffix("/naskah")
    stranger = inside(STAF_TOKYO)
    assert stranger.open(proposal).status == 404
    assert stranger.open("/tugas/01a1e51d-e5b8-76b0-be44-455f71be3a43").status == 404

    opening = staff.open("/usulan/baru")
    refused = staff.send(
        opening.form(""), "/usulan/baru", title="SOP Makro baru", sop_kind="makro", request_kind="new"
    )
    assert refused.status in (403, 422)
    assert "Usulan ini tidak dapat dibuka" in refused.text and "Dasar:" in refused.text
    assert 'value="SOP Makro baru"' in refused.html, "what was filled in is kept"


def test_the_unit_takes_its_proposal_back_with_a_reason(inside: Inside) -> None:
    _propose(inside(STAF_AFRIKA))
    head = inside(DIR_AFRIKA)
    proposal = head.open(head.open("/berkas").link(TITLE))
    empty = head.send(proposal.form("/tarik"), reason=" ")
    assert empty.status == 422
    done = head.send(empty.form("/tarik"), reason="Digabung dengan SOP lain.")
    assert "Usulan telah ditarik kembali" in done.text
    history = head.open(done.link("Riwayat"))
    assert "Digabung dengan SOP lain." in history.text
    proved = head.send(history.form("/riwayat"))
    assert "Riwayat utuh" in proved.text
