"""The workshop without a script: a draft is begun, compared and published by another person; the life tells."""

from __future__ import annotations

import io

from cast import ADMINISTRATOR, PROCESS_OWNER, PUBLISHER, STAF_AFRIKA
from pages.conftest import Inside, _Forms
from web_service import PASSWORD, Service

KEY = "sop_mikro_eselon1"


def changed(service: Service, draft_id: str, words: str = "Bubuhkan tanda tangan") -> None:
    owner = service.as_person(PROCESS_OWNER)
    draft = owner.get(f"/drafts/{draft_id}").get_json()
    bpmn = draft["bpmn"].replace("Tanda tangani", words, 1)
    owner.put(f"/drafts/{draft_id}", json={"revision": draft["revision"], "bpmn": bpmn})


def newest(service: Service) -> str:
    """The id of the draft saved last."""
    return str(service.as_person(PROCESS_OWNER).get("/drafts").get_json()["items"][0]["id"])


def test_from_a_draft_to_a_version_on_plain_pages(service: Service, inside: Inside) -> None:
    owner = inside(PROCESS_OWNER)
    listed = owner.open("/bengkel")
    form = next(f for f in _Forms(listed.html).forms if f.fields.get("key") == [KEY])
    owner.send(form)
    draft = newest(service)
    changed(service, draft)
    path = f"/bengkel/draf/{draft}"
    assert "Tidak ada temuan" in owner.open(f"{path}/temuan").text
    compared = owner.open(f"{path}/banding")
    assert "Bubuhkan tanda tangan" in compared.text and "1 perbedaan" in compared.text
    for side in ("sebelum", "sesudah"):
        picture = owner.open(f"{path}/banding/{side}.svg")
        assert picture.status == 200 and "diubah" in picture.html
    assert owner.open(f"{path}/banding/x.svg").status == 404
    own = owner.open(f"{path}/terbitkan")
    assert "orang lain yang menerbitkannya" in own.text and PUBLISHER.name in own.text
    assert 'name="password"' not in own.html
    kept, _, folded = own.html.partition('<summary class="small">Hentikan draf</summary>')
    assert "/buang" not in kept and "/buang" in folded.partition("</details>")[0], "not with one slip"

    publisher = inside(PUBLISHER)
    shown = publisher.open(f"{path}/terbitkan")
    form = shown.form("terbitkan")
    wrong = publisher.send(form, note=["Istilah disesuaikan."], password=["salah"])
    assert wrong.status == 422 and "Kata sandi" in wrong.text and "Istilah disesuaikan." in wrong.html
    published = publisher.send(wrong.form("terbitkan"), password=[PASSWORD])
    assert published.status == 200 and published.path.endswith(f"/rute/{KEY}/riwayat"), published.text
    assert "Versi 2 telah diterbitkan" in published.text and "“Istilah disesuaikan.”" in published.text
    assert "rantainya utuh" in published.text and PROCESS_OWNER.name in published.text
    assert "versi 2" in publisher.open(f"{path}/terbitkan").text
    both = publisher.open(f"/rute/{KEY}/banding?dari=1&ke=2")
    assert "Bubuhkan tanda tangan" in both.text


def test_a_draft_without_a_difference_offers_nothing_to_publish(service: Service, inside: Inside) -> None:
    owner = service.as_person(PROCESS_OWNER)
    draft = owner.post("/drafts", json={"key": KEY}).get_json()["id"]
    path = f"/bengkel/draf/{draft}/terbitkan"
    same = inside(PUBLISHER).open(path)
    assert "Tidak ada yang perlu diterbitkan" in same.text and "boleh diterbitkan" not in same.text
    assert 'name="password"' not in same.html and 'name="note"' not in same.html
    assert "Tidak ada yang perlu diterbitkan" in inside(PROCESS_OWNER).open(path).text
    changed(service, draft)
    publisher = inside(PUBLISHER)
    other = publisher.open(path)
    assert "Tidak ada yang perlu diterbitkan" not in other.text
    assert "novalidate" in other.html.partition('action="/bengkel/draf/')[0].rpartition("<form")[2]
    empty = publisher.send(other.form("terbitkan"), note=[""])
    assert empty.status == 422 and "tuliskan alasan penerbitan" in empty.text


def test_a_stale_revision_is_told_on_the_page(service: Service, inside: Inside) -> None:
    draft = service.as_person(PROCESS_OWNER).post("/drafts", json={"key": KEY}).get_json()["id"]
    changed(service, draft)
    publisher = inside(PUBLISHER)
    form = publisher.open(f"/bengkel/draf/{draft}/terbitkan").form("terbitkan")
    changed(service, draft, "Tandatangani")
    late = publisher.send(form, note=["Perbaikan."], password=[PASSWORD])
    assert late.status == 409 and PROCESS_OWNER.name in late.text and "revisi 3" in late.text


def test_a_file_from_elsewhere_is_imported_and_its_faults_are_listed(
    service: Service, inside: Inside
) -> None:
    owner = inside(PROCESS_OWNER)
    foreign = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="beli_barang">'
        b'<scriptTask id="x"/></process></definitions>'
    )
    sent = owner.client.post(
        "~/bengkel/draf",
        data={"csrf_token": owner.csrf, "key": "", "file": (io.BytesIO(foreign), "beli.bpmn")},
    )
    assert sent.status_code == 303
    draft = newest(service)
    found = owner.open(f"/bengkel/draf/{draft}/temuan")
    assert "Kesalahan" in found.text and "scriptTask" in found.text
    assert owner.open(f"/bengkel/draf/{draft}/route.bpmn").response.get_data() == foreign
    assert owner.open(f"/bengkel/draf/{draft}/banding").status == 200
    given_up = owner.send(owner.open(f"/bengkel/draf/{draft}/terbitkan").form("buang"))
    assert "dihentikan" in given_up.text


def test_retiring_and_going_back_are_proposed_on_the_life(service: Service, inside: Inside) -> None:
    owner, publisher = inside(PROCESS_OWNER), inside(PUBLISHER)
    asked = owner.send(owner.open(f"/rute/{KEY}/riwayat").form("usul"))
    assert "Usul menghentikan alur" in asked.text
    form = publisher.open(asked.path).form("terbitkan")
    done = publisher.send(form, note=["Digabungkan."], password=[PASSWORD])
    assert "dihentikan" in done.text
    assert "Dihentikan" in owner.open("/rute").text
    assert owner.open(f"/rute/{KEY}").status == 200
    back = owner.send(owner.open(f"/rute/{KEY}/riwayat").form("usul"))
    assert "Usul mengembalikan versi 1" in back.text


def test_who_sees_the_workshop(service: Service, inside: Inside) -> None:
    listed = inside(ADMINISTRATOR).open("/bengkel")
    assert PROCESS_OWNER.name in listed.text and PUBLISHER.name in listed.text
    assert "Mulai draf" not in listed.text
    draft = service.as_person(PROCESS_OWNER).post("/drafts", json={"key": "sop_teknis"}).get_json()["id"]
    read = inside(PUBLISHER).open(f"/bengkel/draf/{draft}/tabel")
    assert "Versi ini tidak memiliki pilihan" in read.text, "no card is empty without a word"
    assert inside(STAF_AFRIKA).open("/bengkel").status == 403
