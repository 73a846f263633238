"""Coming in and going out, one's password, and an administrator keeping the organisation."""

from __future__ import annotations

from cast import AUDITOR, KARO_PO, STAF_AFRIKA, Player
from pages.conftest import Inside, Page, Reader
from web_service import PASSWORD, Service

ADMIN = Player("admin", "Fajar Kusumawangsa", "")


def test_one_comes_in_goes_on_and_out(service: Service, inside: Inside) -> None:
    inside(KARO_PO)  # gives the account its password
    browser = Reader(service.nobody(), "")
    turned_away = browser.open("/tembusan")
    assert turned_away.path.startswith("/masuk?next=")
    door = turned_away.form("/masuk")
    wrong = browser.send(door, login=KARO_PO.login, password="bukan kata sandinya")
    assert wrong.status == 401 and "Masuk" in wrong.text
    assert f'value="{KARO_PO.login}"' in wrong.html
    there = browser.send(wrong.form("/masuk"), login=KARO_PO.login, password=PASSWORD)
    assert there.path == "/tembusan" and KARO_PO.name in there.text
    assert browser.open("/masuk").path == "/kotak-masuk"
    gone = browser.send(there.form("/keluar"))
    assert gone.path == "/masuk"
    assert browser.open("/kotak-masuk").path.startswith("/masuk")


def test_the_sample_accounts_stand_at_the_door_in_sample_mode_only(service: Service) -> None:
    page = Page(service.nobody().get("~/masuk"), "/masuk")
    sample = service.office.settings.sample
    assert ("Akun contoh" in page.text) is sample
    assert ("Mode contoh" in page.text) is sample


def test_a_form_without_the_sessions_token_does_nothing(service: Service, inside: Inside) -> None:
    reader = inside(STAF_AFRIKA)
    response = reader.client.post("~/usulan/baru", data={"title": "Tanpa token"})
    assert response.status_code == 403
    assert "Tanpa token" not in reader.open("/berkas").text


def test_a_password_is_changed_and_other_sessions_end(service: Service, inside: Inside) -> None:
    reader, other = inside(STAF_AFRIKA), inside(STAF_AFRIKA)
    new = "kalimat rahasia yang baru sekali"
    profile = reader.open("/profil")
    assert "Staf Direktorat Afrika" in profile.text
    form = profile.form("/kata-sandi")
    differing = reader.send(form, old_password=PASSWORD, new_password=new, repeated="lain")
    assert differing.status == 422 and "tidak sama" in differing.text
    short = reader.send(form, old_password=PASSWORD, new_password="pendek", repeated="pendek")
    assert short.status == 422 and new not in short.html
    done = reader.send(form, old_password=PASSWORD, new_password=new, repeated=new)
    assert "Kata sandi telah diganti" in done.text
    assert other.open("/kotak-masuk").path.startswith("/masuk")


def test_only_the_administration_sees_its_pages(inside: Inside) -> None:
    for path in (
        "/administrasi",
        "/administrasi/unit/BUM",
        "/administrasi/orang",
        "/administrasi/orang/karo.po",
    ):
        assert inside(STAF_AFRIKA).open(path).status == 403
    auditor = inside(AUDITOR)
    unit = auditor.open("/administrasi/unit/BUM")
    assert unit.status == 200 and "Angkat" not in unit.text
    assert auditor.post("/administrasi/orang/karo.po/tutup").status == 403
    assert "Usulan baru" not in auditor.open("/kotak-masuk").text, "he holds a post and proposes nothing"


def test_an_administrator_appoints_somebody_who_stands_in(inside: Inside) -> None:
    admin = inside(ADMIN)
    unit = admin.open(admin.open("/administrasi").link("Direktorat Afrika"))
    form = unit.form("/pengangkatan")
    given = {
        "position": "DIT-AFRIKA.pimpinan",
        "login": "staf.afrika",
        "capacity": "plh",
        "first_day": "2026-11-24",
        "last_day": "2026-11-30",
    }
    refused = admin.send(form, **given)
    assert refused.status == 422 and "Surat penunjukan" in refused.text
    assert 'value="2026-11-30"' in refused.html
    done = admin.send(
        refused.form("/pengangkatan"), **given, instrument="SPRIN-1/XI/2026", on_behalf_of="dir.afrika"
    )
    assert "Pengangkatan telah dicatat" in done.text and "SPRIN-1/XI/2026" in done.text
    noted = (
        admin.open("/administrasi/catatan").html.partition("Pengangkatan dicatat")[2].partition("</tr>")[0]
    )
    assert "Direktur Afrika" in noted, "it says what was changed, not only that something was"


def test_an_administrator_adds_a_person_and_closes_the_account(service: Service, inside: Inside) -> None:
    admin = inside(ADMIN)
    listed = admin.open("/administrasi/orang")
    refused = admin.send(listed.form("/administrasi/orang"), name="", login="ada spasi")
    assert refused.status == 422
    made = admin.send(refused.form("/administrasi/orang"), name="Wulan Samarinda", login="wulan.samarinda")
    assert "Kata sandi sementara" in made.text
    temporary = made.html.partition('<code class="secret">')[2].partition("<")[0]
    browser = Reader(service.nobody(), "")
    door = browser.open("/masuk").form("/masuk")
    first = browser.send(door, login="wulan.samarinda", password=temporary)
    assert first.path == "/profil" and "bersifat sementara" in first.text
    assert browser.open("/berkas").path == "/profil"
    person = admin.open("/administrasi/orang/wulan.samarinda")
    assert "Kata sandi sementara" not in person.text
    closed = admin.send(person.form("/tutup"))
    assert "Akun telah ditutup" in closed.text and "akun ditutup" in closed.text
    assert "telah dibuka kembali" in admin.send(closed.form("/buka")).text
    roles = admin.send(closed.form("/peran"), role=["auditor"])
    assert "Peran dalam sistem telah disimpan" in roles.text
    own = admin.open("/administrasi/orang/admin")
    assert "Akun telah ditutup" not in admin.send(own.form("/tutup")).text


def test_an_unknown_address_is_told_in_words(inside: Inside) -> None:
    page = inside(KARO_PO).open("/tidak-ada")
    assert page.status == 404 and "Ke halaman pertama" in page.text
