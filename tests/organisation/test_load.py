"""Loading an organisation file: once, again, edited, and broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from cast import SAMPLE
from organisation_stage import organisation_of
from paraf.errors import InvalidForm
from paraf.usecases.load_organisation import load
from paraf.usecases.office import Office
from paraf.usecases.organisation_file import read_organisation

SMALL = """\
effective: 2016-02-18
units:
  - {code: KEMLU, name: Kementerian Luar Negeri, kind: kementerian, head: Menteri Luar Negeri}
  - {code: KBRI-TOKYO, name: KBRI Tokyo, kind: perwakilan_diplomatik, parent: KEMLU, zone: Asia/Tokyo,
     head: Duta Besar}
positions:
  - {id: KBRI-TOKYO.atase, unit: KBRI-TOKYO, kind: lainnya, title: Atase Perdagangan}
persons:
  - {login: menteri, name: Adinda Contoh, holds: [KEMLU.pimpinan]}
  - login: dubes
    name: Bagas Contoh
    holds:
      - position: KBRI-TOKYO.pimpinan
        capacity: plt
        from: 2026-03-01
        through: 2026-05-31
        instrument: SPRIN/1
        label: Kuasa Usaha a.i.
        mandate: [persetujuan]
        on_behalf_of: menteri
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "kemlu.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sample_organisation_is_loaded_once_and_again_changes_nothing(office: Office) -> None:
    first = load(office, SAMPLE)
    assert (first.revision, first.units, first.persons) == (1, 92, 186)
    again = load(office, SAMPLE)
    assert not again.changed
    assert again.revision == 1
    with office.store.read() as uow:
        assert [event["type"] for event in uow.organisation.events()] == ["organisation.loaded"]


def test_days_are_days_of_the_unit_and_the_last_one_is_included(office: Office, tmp_path: Path) -> None:
    load(office, written(tmp_path, SMALL))
    known = organisation_of(office)
    (acting,) = (a for a in known.appointments if a.position_id == "KBRI-TOKYO.pimpinan")
    assert (acting.valid_from, acting.valid_to) == (
        "2026-02-28T15:00:00.000000Z",
        "2026-05-31T15:00:00.000000Z",
    )
    assert known.signing_title(acting) == "Kuasa Usaha a.i. Duta Besar"
    assert acting.mandate == ("persetujuan",)
    assert known.name_of(acting.on_behalf_of) == "Adinda Contoh"
    assert known.people[acting.person_id].login == "dubes"


def test_an_edited_file_changes_what_was_edited_and_keeps_ids(office: Office, tmp_path: Path) -> None:
    load(office, written(tmp_path, SMALL))
    before = organisation_of(office)
    edited = SMALL.replace("Bagas Contoh", "Bagas Contoh Baru").replace("2026-05-31", "2026-08-31")
    edited += "  - {login: staf, name: Cahya Contoh}\n"
    changed = load(office, written(tmp_path, edited))
    assert (changed.revision, changed.units, changed.persons, changed.appointments) == (2, 0, 2, 1)
    after = organisation_of(office)
    assert {p.login: p.id for p in before.people.values()}.items() <= {
        p.login: p.id for p in after.people.values()
    }.items()
    assert {a.id for a in before.appointments} == {a.id for a in after.appointments}


def test_what_a_file_no_longer_names_stays(office: Office, tmp_path: Path) -> None:
    load(office, written(tmp_path, SMALL))
    shorter = SMALL[: SMALL.index("  - login: dubes")]
    assert not load(office, written(tmp_path, shorter)).changed
    assert "dubes" in {p.login for p in organisation_of(office).people.values()}


BROKEN = [
    ("parent: KEMLU, zone", "parent: KEMLO, zone", "kemlu.yaml:4 KBRI-TOKYO: there is no unit KEMLO."),
    ("kind: kementerian", "kind: ministry", "kemlu.yaml:3 KEMLU: kind may only be: kementerian"),
    ("zone: Asia/Tokyo", "zone: Asia/Edo", "kemlu.yaml:4 KBRI-TOKYO: there is no time zone Asia/Edo."),
    ("name: KBRI Tokyo, ", "", "kemlu.yaml:4 KBRI-TOKYO: name is missing."),
    ("head: Duta Besar", "chief: Duta Besar", "kemlu.yaml:4 KBRI-TOKYO: the key chief is not known."),
    ("code: KBRI-TOKYO", "code: KEMLU", "kemlu.yaml:4 KEMLU: this entry stands twice."),
    ("id: KBRI-TOKYO.atase", "id: atase", "kemlu.yaml:7 atase: the id must begin with the code"),
    (
        "holds: [KEMLU.pimpinan]",
        "holds: [KEMLU.raja]",
        "kemlu.yaml:9 menteri: there is no position KEMLU.raja.",
    ),
    ("holds: [KEMLU.pimpinan]", "holds: KEMLU.pimpinan", "kemlu.yaml:9 menteri: holds must be a list."),
    ("        instrument: SPRIN/1\n", "", "kemlu.yaml:13 dubes: a Plt. or Plh. needs an instrument"),
    ("2026-05-31", "2026-02-01", "kemlu.yaml:13 dubes: the last day is before the first."),
    ("2026-05-31", "Mei", "kemlu.yaml:13 dubes: through must be a date"),
    ("mandate: [persetujuan]", "mandate: [semua]", "kemlu.yaml:13 dubes: mandate may only be:"),
    ("on_behalf_of: menteri", "on_behalf_of: siapa", "kemlu.yaml:13 dubes: there is no person siapa."),
    ("login: dubes", "login: menteri", "kemlu.yaml:10 menteri: this entry stands twice."),
    ("name: Adinda Contoh,", "name: Adinda, name: Contoh,", "kemlu.yaml:9: this is not readable YAML"),
    ("name: Adinda Contoh,", "name: {first: Adinda},", "kemlu.yaml:9 menteri: name must be a text."),
    ("units:", "units: [", "kemlu.yaml:"),
    (SMALL, "just a text", "kemlu.yaml:1: the file names no units."),
    (SMALL, "units: 3", "kemlu.yaml:1: units must be a list."),
    (
        SMALL,
        "units: [{code: A, name: A, kind: setjen, parent: B}, {code: B, name: B, kind: setjen, parent: A}]",
        "kemlu.yaml:1 A: the unit stands above itself.",
    ),
    (
        "holds: [KEMLU.pimpinan]",
        "system_roles: [king]",
        "kemlu.yaml:9 menteri: system_roles may only be: administrator",
    ),
]


@pytest.mark.parametrize(("sound", "broken", "sentence"), BROKEN)
def test_a_broken_file_is_refused_with_line_and_entry(
    tmp_path: Path, sound: str, broken: str, sentence: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        read_organisation(written(tmp_path, SMALL.replace(sound, broken, 1)))
    assert str(refused.value).startswith(sentence)


def test_a_broken_file_changes_nothing(office: Office, tmp_path: Path) -> None:
    load(office, written(tmp_path, SMALL))
    before = organisation_of(office)
    edited = SMALL.replace("Menteri Luar Negeri", "Menteri Negara").replace("KEMLU.pimpinan]", "KEMLU.raja]")
    with pytest.raises(InvalidForm):
        load(office, written(tmp_path, edited))
    assert organisation_of(office) == before


def test_a_file_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidForm, match=r"missing\.yaml cannot be read"):
        read_organisation(tmp_path / "missing.yaml")


def test_a_yaml_file_cannot_run_code(tmp_path: Path) -> None:
    with pytest.raises(InvalidForm):
        read_organisation(written(tmp_path, "units: !!python/object/apply:os.getcwd []"))
