"""The operator works at the command line: exit codes, one sentence on failure, Indonesian help."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import psycopg
import pytest
from sqlalchemy import make_url

from databases import Database
from operations.calling import EARLIER, KEMLU, ROOT, ROUTES, Call, environment
from paraf.entrypoints.cli import paraf as commands


def paths(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [before]
    for name, command in group.commands.items():
        here = (*before, name)
        found += paths(command, here) if isinstance(command, click.Group) else [here]
    return found


@pytest.mark.parametrize("path", paths(commands), ids=" ".join)
def test_every_command_explains_itself_in_indonesian(paraf: Call, path: tuple[str, ...]) -> None:
    told = paraf(*path, "--help")
    assert told.code == 0 and told.err == ""
    assert told.out.startswith("Pemakaian: paraf")
    assert not re.search(r"\b(Usage|Options|Commands|Show this|the|of)\b", told.out)


def test_the_promised_commands_are_there() -> None:
    promised = {
        "serve", "db upgrade", "org load", "user add", "token issue", "routes lint", "routes publish",
        "history verify", "sop load", "demo",
    }  # fmt: skip
    assert promised <= {" ".join(path) for path in paths(commands)}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("terbang",), "Perintah itu tidak ada; lihat paraf --help."),
        (("db", "terbang"), "Perintah itu tidak ada; lihat paraf db --help."),
        (("routes", "lint"), "FILE... belum diisi."),
        (("routes", "lint", "/tidak/ada.bpmn"), "FILE...: berkas tidak ada atau tidak dapat dibaca."),
        (("db", "current", "--cepat"), "Pilihan --cepat tidak ada."),
        (("token", "issue"), "LOGIN belum diisi."),
        (("serve", "--port", "70000"), "--port tidak benar; lihat --help."),
        (("routes", "publish"), "Perintah tidak dipahami; lihat paraf routes publish --help."),
    ],
)
def test_a_call_not_understood_gives_2_and_one_sentence(
    paraf: Call, call: tuple[str, ...], told: str
) -> None:
    answer = paraf(*call)
    assert (answer.code, answer.out, answer.err) == (2, "", told + "\n")


def test_a_wrong_setting_gives_1_and_one_sentence(paraf: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAF_PROT", "1")
    answer = paraf("db", "current")
    assert (answer.code, answer.out) == (1, "") and answer.err.count("\n") == 1


def test_the_tables_are_made_and_their_revision_is_told(paraf: Call) -> None:
    assert paraf("db", "current").code == 1
    assert paraf("db", "upgrade").code == 0
    now = paraf("db", "current")
    assert now.code == 0 and re.search(r"revisi \d{4}", now.out)
    assert paraf("db", "downgrade", "base", "--yes").out == "Basis data belum memiliki tabel.\n"


def test_an_organisation_is_loaded_once(paraf: Call) -> None:
    paraf("db", "upgrade")
    first, again = paraf("org", "load", KEMLU), paraf("org", "load", KEMLU)
    assert first.code == 0 and re.match(r"Revisi 1: \d+ unit, \d+ jabatan", first.out)
    assert again.out == "Tidak ada yang berubah; revisi 1 tetap berlaku.\n"


def test_a_token_stands_alone_on_standard_output(paraf: Call) -> None:
    paraf("db", "upgrade")
    paraf("org", "load", KEMLU)
    answer = paraf("token", "issue", "staf.afrika")
    assert re.fullmatch(r"paraf_[\w-]{40,}\n", answer.out) and answer.err == ""
    nobody = paraf("token", "issue", "tidak.ada")
    assert (nobody.code, nobody.out) == (1, "") and "tidak.ada" in nobody.err


def test_a_person_is_added_with_a_first_password(paraf: Call) -> None:
    paraf("db", "upgrade")
    paraf("org", "load", KEMLU)
    wrong = paraf("user", "add", "rina.baru", "--name", "Rina Contoh", "--position", "TIDAK.ada")
    assert wrong.code == 1 and "TIDAK.ada" in wrong.err
    answer = paraf("user", "add", "rina.baru", "--name", "Rina Contoh", "--position", "DIT-AFRIKA.staf")
    assert answer.code == 0, answer.err
    assert re.match(r"Kata sandi pertama untuk rina\.baru: (\w{4}-){3}\w{4}\n", answer.out)
    taken = paraf("user", "add", "rina.baru", "--name", "Rina Contoh")
    assert taken.code == 1 and taken.err.count("\n") == 1


def test_clean_routes_give_nothing_and_0(paraf: Call) -> None:
    answer = paraf("routes", "lint", *ROUTES)
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_findings_stand_one_a_line_with_file_line_and_element(paraf: Call, tmp_path: Path) -> None:
    text = (ROOT / "workflows" / "sop_mikro_setjen" / "route.bpmn").read_text(encoding="utf-8")
    broken = tmp_path / "route.bpmn"
    broken.write_text(text.replace("serviceTask", "scriptTask"), encoding="utf-8")
    answer = paraf("routes", "lint", broken)
    assert answer.code == 1
    for line in answer.out.splitlines():
        assert re.match(rf"{re.escape(str(broken))}:\d+ \S+ (error|warning) \S+ \S", line)


def test_a_file_that_is_no_xml_is_one_finding(paraf: Call, tmp_path: Path) -> None:
    broken = tmp_path / "route.bpmn"
    broken.write_bytes(b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>")
    answer = paraf("routes", "lint", broken)
    assert answer.code == 1 and answer.out.count("\n") >= 1 and "root:" not in answer.out


def test_publishing_the_same_again_makes_no_new_version(paraf: Call) -> None:
    paraf("db", "upgrade")
    first, again = paraf("routes", "publish", "--all"), paraf("routes", "publish", "--all")
    assert first.code == again.code == 0, first.err
    assert first.out.count("versi 1 diterbitkan") == len(ROUTES)
    assert again.out.count("versi 1 tidak berubah") == len(ROUTES)


def test_published_routes_are_listed_and_exported(paraf: Call, tmp_path: Path) -> None:
    paraf("db", "upgrade")
    paraf("routes", "publish", "--all")
    listed = paraf("routes", "list")
    assert listed.code == 0 and listed.out.count("berlaku sejak") == len(ROUTES)
    target = tmp_path / "keluar.bpmn"
    done = paraf("routes", "export", "sop_teknis", "-o", str(target))
    assert done.code == 0, done.err
    assert target.read_bytes() == (ROOT / "workflows" / "sop_teknis" / "route.bpmn").read_bytes()
    for wrong in (("tidak_ada",), ("sop_teknis", "--version", "9")):
        refused = paraf("routes", "export", *wrong, "-o", str(tmp_path / "x.bpmn"))
        assert refused.code == 1 and "tidak ada" in refused.err
    assert not (tmp_path / "x.bpmn").exists()


def test_earlier_sops_enter_the_register_once(paraf: Call) -> None:
    paraf("db", "upgrade")
    paraf("org", "load", KEMLU)
    assert paraf("sop", "load", EARLIER).out == "3 SOP didaftarkan, 0 sudah terdaftar sebelumnya.\n"
    assert paraf("sop", "load", EARLIER).out == "0 SOP didaftarkan, 3 sudah terdaftar sebelumnya.\n"


def test_an_empty_office_has_only_intact_histories(paraf: Call) -> None:
    paraf("db", "upgrade")
    assert paraf("history", "verify", "--rerun").out == "0 riwayat utuh.\n"
    unknown = paraf("history", "verify", "U-2026-000001")
    assert unknown.code == 1 and unknown.out.startswith("U-2026-000001 0 ")


def test_sample_data_stays_out_of_production(paraf: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = paraf("sample")
    assert (
        answer.code == 1
        and answer.err == "Data contoh hanya dimuat dalam mode contoh: isi PARAF_MODE=sample.\n"
    )
    monkeypatch.setenv("PARAF_MODE", "sample")
    assert paraf("sample").code == 0
    monkeypatch.setenv("PARAF_MODE", "production")
    refused = paraf("serve")
    assert refused.code == 1 and "akun contoh" in refused.err


def test_serving_without_tables_is_refused(paraf: Call) -> None:
    answer = paraf("serve")
    assert answer.code == 1 and "paraf db upgrade" in answer.err and answer.err.count("\n") == 1


def test_the_language_can_be_english(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "paraf.entrypoints.cli", "db", "--help"],
        env=environment(language="en"), cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert told.stdout.startswith("Usage: paraf db")


def test_a_broken_history_is_named_with_seq_and_reason(
    paraf: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PARAF_MODE", "sample")
    assert paraf("demo").code == 0
    assert paraf("history", "verify", "--rerun").out == "6 riwayat utuh.\n"
    connection = sqlite3.connect(tmp_path / "data" / "paraf.sqlite3")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    case, seq = connection.execute(
        "SELECT instance_id, seq FROM event WHERE body LIKE '%task.decided%' ORDER BY instance_id, seq"
    ).fetchone()
    connection.execute(
        "UPDATE event SET body = replace(body, '\"visit\":1', '\"visit\":2') WHERE instance_id = ? AND seq = ?",
        (case, seq),
    )
    connection.commit()
    connection.close()
    answer = paraf("history", "verify")
    assert answer.code == 1 and re.match(rf"{case} {seq} \S", answer.out) and answer.err.count("\n") == 1


def test_the_server_works_as_a_role_that_cannot_change_the_schema(
    paraf: Call, monkeypatch: pytest.MonkeyPatch, postgresql_database: Database
) -> None:
    with psycopg.connect(postgresql_database.url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS paraf_server")
        owner.execute("CREATE ROLE paraf_server LOGIN PASSWORD 'x'")
    try:
        monkeypatch.setenv("PARAF_DATABASE_URL", postgresql_database.url)
        assert paraf("db", "grant", "paraf_server").code == 0
        as_server = make_url(postgresql_database.url).set(username="paraf_server", password="x")
        monkeypatch.setenv("PARAF_DATABASE_URL", as_server.render_as_string(hide_password=False))
        assert paraf("org", "load", KEMLU).code == 0
        refused = paraf("db", "downgrade", "base", "--yes")
        assert refused.code == 1 and refused.err.count("\n") == 1
    finally:
        with psycopg.connect(postgresql_database.url.replace("+psycopg", ""), autocommit=True) as owner:
            owner.execute("DROP OWNED BY paraf_server")
            owner.execute("DROP ROLE paraf_server")


def test_roles_are_of_postgresql_only(paraf: Call) -> None:
    paraf("db", "upgrade")
    answer = paraf("db", "grant", "siapa")
    assert answer.code == 1 and answer.err.count("\n") == 1
