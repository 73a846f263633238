"""Values in words, and the words themselves: every sentence of the pages has its Indonesian."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from paraf.config import load_settings
from paraf.domain import policy
from paraf.entrypoints.pages.case_words import change_label, fact
from paraf.entrypoints.pages.filled import after_button
from paraf.entrypoints.pages.frame import own_path
from paraf.entrypoints.pages.naskah_form import body_of, renumbered, shown
from paraf.entrypoints.pages.words import NOTES, Words
from paraf.usecases import sample_accounts, sample_cases

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "web" / "templates"
PAGES = ROOT / "service" / "paraf" / "entrypoints" / "pages"
STRING = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""


@pytest.fixture(scope="module")
def say() -> Words:
    return Words(load_settings().words(), "Asia/Jakarta")


def _sentences() -> set[str]:
    found: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        found |= {ast.literal_eval(text) for text in re.findall(r"\b_\(\s*" + STRING, path.read_text())}
    for path in PAGES.glob("*.py"):
        found |= {
            node.args[0].value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "N_"
            and isinstance(node.args[0], ast.Constant)
        }
    return found


def test_every_sentence_of_the_pages_is_in_the_catalogue() -> None:
    catalogue = "\n".join(path.read_text() for path in (ROOT / "web/translations/id").glob("*.po"))
    known = set(re.findall(r'^msgid "(.*)"$', catalogue, flags=re.M))
    asked = {text.replace("\\", "\\\\").replace('"', '\\"') for text in _sentences()}
    assert asked, "the templates hold sentences"
    assert sorted(asked - known) == []


def test_every_kind_of_note_of_the_administration_has_its_words() -> None:
    usecases = ROOT / "service" / "paraf" / "usecases"
    made = {sample_cases.BEGUN, sample_cases.CARRIED, sample_accounts.OPENED, sample_accounts.DEMONSTRATED}
    for path in usecases.glob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            if ast.unparse(call.func) in ("change_organisation", "_note", "uow.organisation.record"):
                named = [one.value for one in call.args if isinstance(one, ast.Constant)]
                made |= {str(one) for one in named if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(one))}
    made -= set(policy.PERMISSIONS)
    assert {"person.erased", "appointment.made", "sign_in.last_attempt"} < made
    assert made <= set(NOTES)


def test_no_template_breaks_the_content_security_policy() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        # a block of data is no script: the browser runs nothing of it
        run = r"<script(?![^>]*\ssrc=)(?! type=\"application/json\">)"
        assert not re.search(rf"<style|\sstyle=|{run}|\son[a-z]+=", text), path.name
        assert "| safe" not in text and "|safe" not in text, path.name


def test_instants_are_told_in_the_zone_of_the_reader(say: Words) -> None:
    at = "2026-11-20T20:05:00.000000Z"
    assert say.moment(at) == "21 Nov 2026 03.05 WIB"
    tokyo = Words(say.language, "Asia/Tokyo")
    assert tokyo.moment(at) == "21 Nov 2026 05.05 waktu Tokyo"
    assert say.day("2026-12-01") == "1 Des 2026"
    assert say.day(None) == ""
    assert say.last_day("2027-01-29T17:00:00.000000Z") == "29 Jan 2027"


def test_durations_sizes_and_articles_read_as_people_write_them(say: Words) -> None:
    assert say.duration("P3D") == "3 hari kerja"
    assert say.duration("PT4H") == "4 jam kerja"
    assert say.duration({"value": "2.5", "unit": "jam"}) == "2,5 jam"
    assert say.size(1_260_412) == "1,2 MB"
    assert say.size(900) == "900 B"
    assert say.article("PL 37(5)b; INT-02") == "Pasal 37 ayat (5) huruf b; INT-02"
    assert say.article("PL 37(1)-(2)") == "Pasal 37 ayat (1) sampai dengan ayat (2)"


def test_targets_have_words_and_a_tone(say: Words) -> None:
    def tone(state: str, days: int) -> str:
        left = {"at": "2026-11-20T09:00:00Z", "state": state, "days": days, "words": "x"}
        told = say.due({"due": left})
        assert told is not None
        return told["tone"]

    assert [tone("overdue", 2), tone("today", 0), tone("ahead", 1), tone("ahead", 4), tone("ahead", 9)] == [
        "red",
        "amber",
        "amber",
        "blue",
        "green",
    ]
    assert say.due({"due": None}) is None


def test_a_change_is_placed_in_the_draft(say: Words) -> None:
    change = {"part": "diagram_alir", "where": "4", "field": "waktu"}
    assert change_label(say, change) == "g. Diagram alir, langkah 4, waktu"
    assert change_label(say, {"part": "keluaran"}) == "f. Keluaran"


def test_a_fact_is_a_sentence(say: Words) -> None:
    entry = {"type": "document.signed", "document_title": "Nota dinas", "data": {"act": "tanda_tangan"}}
    assert fact(say, entry, {}) == "Nota dinas ditandatangani."
    assert fact(say, {"type": "something.new", "data": {}}, {}) == "something.new"


def test_only_paths_of_this_server_lead_on() -> None:
    assert own_path("/tugas/1?a=b") == "/tugas/1?a=b"
    for address in (
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "javascript:alert(1)",
        "",
        None,
    ):
        assert own_path(address) is None


# --- rows ---------------------------------------------------------------------------------------


def test_row_buttons_change_rows_and_nothing_else() -> None:
    posted = {"a.0.x": ["eins"], "a.1.x": ["zwei"], "a.10.x": ["zehn"], "b": ["rest"]}
    assert after_button(posted) is None
    assert after_button({**posted, "tambah": ["a"]}) == posted
    assert after_button({**posted, "hapus": ["a.1"]}) == {
        "a.0.x": ["eins"],
        "a.10.x": ["zehn"],
        "b": ["rest"],
    }
    assert after_button({**posted, "turun": ["a.0"]}) == posted | {"a.1.x": ["eins"], "a.0.x": ["zwei"]}
    assert after_button({**posted, "naik": ["a.0"]}) == posted
    assert after_button({**posted, "hapus": ["a"]}) == posted


def test_the_editor_keeps_what_it_does_not_show() -> None:
    stored = {
        "dasar_hukum": [{"kind": "Undang-Undang", "number": "1", "amended_by": [{"number": "2"}]}],
        "diagram_alir": {
            "lanes": [{"id": "staf", "name": "Staf", "label": "St."}],
            "steps": [
                {"no": "1", "kegiatan": "Menulis", "notes": ["asli"], "waktu": {"value": 2, "unit": "hari"}}
            ],
        },
    }
    drawn = shown(stored)
    assert drawn["dasar_hukum"][-1] == {} and drawn["steps"][0]["asal"] == 0
    posted = {
        "dasar_hukum.0.asal": ["0"],
        "dasar_hukum.0.kind": ["Undang-Undang"],
        "dasar_hukum.0.number": ["3"],
        "diagram_alir.lanes.0.asal": ["0"],
        "diagram_alir.lanes.0.id": ["staf"],
        "diagram_alir.lanes.0.name": ["Staf"],
        "diagram_alir.steps.0.asal": ["0"],
        "diagram_alir.steps.0.kegiatan": ["Menulis surat"],
        "diagram_alir.steps.0.pelaksana": ["staf"],
        "diagram_alir.steps.1.symbol": ["process"],
        "diagram_alir.steps.1.waktu.unit": ["menit"],
    }
    body = body_of(posted, stored)
    assert body["dasar_hukum"] == [{"kind": "Undang-Undang", "number": "3", "amended_by": [{"number": "2"}]}]
    assert body["diagram_alir"]["lanes"] == [{"id": "staf", "name": "Staf", "label": "St."}]
    (step,) = body["diagram_alir"]["steps"]
    assert step["kegiatan"] == "Menulis surat" and step["notes"] == ["asli"]
    assert "waktu" not in step, "a time that was emptied is gone"


def test_steps_are_numbered_in_their_order_and_targets_follow() -> None:
    steps = [{"no": "3", "ya": "1", "tidak": "2"}, {"no": "1"}, {"no": "2"}]
    assert renumbered(steps) == [{"no": "1", "ya": "2", "tidak": "3"}, {"no": "2"}, {"no": "3"}]
    lettered = [{"no": "5.a"}, {"no": "6"}]
    assert renumbered(lettered) == lettered
