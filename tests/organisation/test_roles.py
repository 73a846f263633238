"""A role of a route becomes positions: those of the unit that proposes, and of nobody else."""

from __future__ import annotations

import pytest

import cast
from cast import NOON
from paraf.domain.organisation import Unit, is_role
from paraf.errors import RuleBroken

MIKRO = {"sop_kind": "mikro", "request_kind": "new"}
MAKRO_CHANGE = {
    "sop_kind": "makro",
    "request_kind": "change",
    "submitter": "pimpinan_eselon_i",
    "addressee": "sekjen",
}
MAKRO_NEW = {"sop_kind": "makro", "request_kind": "new"}

RESOLVED = [
    # role, unit, positions
    ("menteri", "DIT-AFRIKA", ["KEMLU.pimpinan"]),
    ("sekjen", "KBRI-TOKYO", ["SETJEN.pimpinan"]),
    ("kepala_biro_po", "DIT-AFRIKA", ["BPO.pimpinan"]),
    ("reviewer_biro_po", "DIT-AFRIKA", ["BPO.reviewer-evaluasi", "BPO.reviewer-ortala"]),
    ("tim_penyusun_sop", "BPO", ["TIM-PENYUSUN-SOP.anggota"]),
    ("drafter", "DIT-AFRIKA", ["DIT-AFRIKA.pimpinan", "DIT-AFRIKA.staf"]),
    ("drafter", "BPO", ["BPO.pimpinan", "BPO.staf"]),
    ("pimpinan_unit", "DIT-AFRIKA", ["DIT-AFRIKA.pimpinan"]),
    ("pimpinan_unit", "KBRI-TOKYO", ["KBRI-TOKYO.pimpinan"]),
    ("pimpinan_eselon_ii", "DIT-AFRIKA", ["DIT-AFRIKA.pimpinan"]),
    ("pimpinan_eselon_ii", "SETDITJEN-ASPASAF", ["SETDITJEN-ASPASAF.pimpinan"]),
    ("pimpinan_eselon_ii", "BPO", ["BPO.pimpinan"]),
    ("pimpinan_eselon_ii", "KBRI-TOKYO", []),
    ("kepala_pusat", "PUSDIKLAT", ["PUSDIKLAT.pimpinan"]),
    ("kepala_pusat", "P2K2-ASPASAF", []),
    ("kepala_perwakilan", "KJRI-JEDDAH", ["KJRI-JEDDAH.pimpinan"]),
    ("kepala_perwakilan", "PTRI-JENEWA", ["PTRI-JENEWA.pimpinan"]),
    ("kepala_perwakilan", "PUSDIKLAT", []),
    ("pimpinan_eselon_i", "DIT-AFRIKA", ["DJASPASAF.pimpinan"]),
    ("pimpinan_eselon_i", "DJASPASAF", ["DJASPASAF.pimpinan"]),
    ("pimpinan_eselon_i", "BKEU", ["SETJEN.pimpinan"]),
    ("pimpinan_eselon_i", "PUSDIKLAT", []),
    ("pimpinan_eselon_i", "KBRI-TOKYO", []),
    ("sekretaris_eselon_i", "DIT-AFRIKA", ["SETDITJEN-ASPASAF.pimpinan"]),
    ("sekretaris_eselon_i", "P2K2-AMEROP", ["SETBADAN-BPPK.pimpinan"]),
    ("sekretaris_eselon_i", "BKEU", []),
    ("pimpinan(DIT-KONSULER)", "DIT-AFRIKA", ["DIT-KONSULER.pimpinan"]),
    ("staf(DIT-KONSULER)", "DIT-AFRIKA", ["DIT-KONSULER.staf"]),
    ("staf(NOWHERE)", "DIT-AFRIKA", []),
    ("somebody", "DIT-AFRIKA", []),
]


@pytest.mark.parametrize(("role", "unit", "positions"), RESOLVED)
def test_a_role_means_the_positions_of_the_unit_that_proposes(
    role: str, unit: str, positions: list[str]
) -> None:
    assert list(cast.organisation().resolve(role, unit, MIKRO, None, NOON)) == positions


def test_submitter_and_addressee_are_those_of_the_case() -> None:
    known = cast.organisation()
    assert known.resolve("submitter", "DIT-AFRIKA", MAKRO_CHANGE, None, NOON) == ("DJASPASAF.pimpinan",)
    assert known.resolve("addressee", "DIT-AFRIKA", MAKRO_CHANGE, None, NOON) == ("SETJEN.pimpinan",)
    assert known.resolve("submitter", "DIT-AFRIKA", {"submitter": "submitter"}, None, NOON) == ()
    assert known.resolve("submitter", "DIT-AFRIKA", MIKRO, None, NOON) == ()


def test_a_new_makro_is_drafted_by_the_team_which_biro_po_coordinates() -> None:
    drafting = cast.organisation().resolve("drafter", "BPO", MAKRO_NEW, None, NOON)
    assert drafting == ("BPO.pimpinan", "BPO.staf", "TIM-PENYUSUN-SOP.anggota")


def test_the_item_of_a_discussion_is_a_unit_or_one_head() -> None:
    known = cast.organisation()
    assert known.resolve("item", "DIT-AFRIKA", MIKRO, "DIT-KONSULER", NOON) == (
        "DIT-KONSULER.pimpinan",
        "DIT-KONSULER.staf",
    )
    assert known.resolve("item", "DIT-AFRIKA", MIKRO, "DJASEAN.pimpinan", NOON) == ("DJASEAN.pimpinan",)
    assert known.resolve("item", "DIT-AFRIKA", MIKRO, "nobody", NOON) == ()
    assert known.resolve("item", "DIT-AFRIKA", MIKRO, None, NOON) == ()
    assert known.item_title("DIT-KONSULER") == "Direktorat Konsuler"
    assert known.item_title("SETJEN.pimpinan") == "Sekretaris Jenderal"


def test_related_heads_lead_the_eselon_i_units_of_the_parties_without_the_submitter() -> None:
    # AC-51: parties in three Ditjen, one of them proposes
    parties = ["DIT-AFRIKA", "DIT-KONSULER", "DIT-INFOMED", "KBRI-TOKYO", "Kementerian Hukum"]
    found = cast.organisation().members("related_heads", "DIT-AFRIKA", parties, MAKRO_CHANGE, NOON)
    assert found == ("DJIDP.pimpinan", "DJPROTKONS.pimpinan")


@pytest.mark.parametrize(
    ("group", "case", "members"),
    [
        ("parties", MIKRO, ("DIT-KONSULER",)),
        ("parties", MAKRO_CHANGE, ("BKEU", "DIT-KONSULER", "KBRI-TOKYO")),
        ("related_units", MAKRO_CHANGE, ("BKEU", "KBRI-TOKYO")),
        ("participating_heads", MAKRO_NEW, ("BKEU.pimpinan", "DIT-KONSULER.pimpinan", "KBRI-TOKYO.pimpinan")),
    ],
)
def test_sets_are_sorted_by_unit_code(group: str, case: dict[str, str], members: tuple[str, ...]) -> None:
    parties = ["KBRI-TOKYO", "DIT-KONSULER", "BKEU", "TIM-PENYUSUN-SOP", "KBRI-TOKYO"]
    assert cast.organisation().members(group, "DIT-KONSULER", parties, case, NOON) == members


def test_an_empty_set_refuses_the_command_unless_something_is_only_sent() -> None:
    known = cast.organisation()
    with pytest.raises(RuleBroken) as refused:
        known.members("related_heads", "DIT-AFRIKA", ["DIT-AFRIKA"], MAKRO_CHANGE, NOON)
    assert refused.value.rule == "INT-23"
    sent = known.members("related_heads", "DIT-AFRIKA", ["DIT-AFRIKA"], MAKRO_CHANGE, NOON, may_be_empty=True)
    assert sent == ()


def test_a_set_has_at_most_200_members() -> None:
    known = cast.organisation()
    many = {
        f"KRI-{n:03d}": Unit(f"KRI-{n:03d}", f"Konsulat {n}", "perwakilan_konsuler", "KEMLU")
        for n in range(201)
    }
    crowded = type(known)(2, {**known.units, **many}, known.positions)
    with pytest.raises(RuleBroken):
        crowded.members("related_units", "BPO", list(many), MAKRO_NEW, NOON)


def test_a_closed_unit_and_a_closed_position_mean_nobody() -> None:
    known = cast.organisation()
    before = "2016-02-01T00:00:00.000000Z"
    assert known.resolve("sekjen", "DIT-AFRIKA", MIKRO, None, before) == ()
    assert known.unit_kind_for_route("DIT-AFRIKA", before) == "other"


UNIT_KINDS = [
    ("DIT-AFRIKA", "eselon_ii_line"),
    ("SETDITJEN-ASPASAF", "eselon_ii_line"),
    ("INSPEKTORAT-I", "eselon_ii_line"),
    ("P2K2-ASPASAF", "eselon_ii_line"),  # AC-04: not one of the three Pusat
    ("BKEU", "eselon_ii_setjen"),
    ("BPO", "eselon_ii_setjen"),
    ("PUSDIKLAT", "pusat"),
    ("PUSTIKKP", "pusat"),
    ("PUSJF", "pusat"),
    ("DJASEAN", "eselon_i"),
    ("SETJEN", "eselon_i"),
    ("KBRI-TOKYO", "perwakilan"),
    ("KJRI-JEDDAH", "perwakilan"),  # AC-05
    ("SAHLI-POLHUKAM", "other"),  # AC-08
    ("WAMENLU", "other"),
    ("KEMLU", "other"),
    ("TIM-PENYUSUN-SOP", "other"),
    ("NOWHERE", "other"),
]


@pytest.mark.parametrize(("unit", "kind"), UNIT_KINDS)
def test_the_table_of_routes_is_asked_by_the_kind_of_unit(unit: str, kind: str) -> None:
    assert cast.organisation().unit_kind_for_route(unit, NOON) == kind


def test_the_sample_organisation_is_the_one_of_2016() -> None:
    known = cast.organisation()
    kinds = [unit.kind for unit in known.units.values()]
    assert kinds.count("eselon_i") + kinds.count("setjen") == 10
    assert kinds.count("pusat") == 3
    assert (
        sum(
            unit.parent_code == "SETJEN" and unit.kind in ("eselon_ii", "biro_po")
            for unit in known.units.values()
        )
        == 6
    )
    assert sum(kind.startswith("perwakilan") for kind in kinds) == 13
    heads = [p for p in known.positions.values() if p.kind == "pimpinan"]
    vacant = {p.id for p in heads if known.is_vacant([p.id], NOON)}
    assert vacant == set()
    assert len({p.name for p in known.people.values()}) == len(known.people)


def test_titles_of_those_who_act_for_others_carry_their_label() -> None:
    known = cast.organisation()
    (acting,) = known.holders("DIT-AMERIKA-II.pimpinan", NOON)
    assert known.signing_title(acting) == "Plt. Direktur Amerika II"
    head, daily = known.holders("BUM.pimpinan", NOON)
    assert known.signing_title(head) == "Kepala Biro Umum"
    assert known.signing_title(daily) == "Plh. Kepala Biro Umum"
    assert daily.on_behalf_of == head.person_id


@pytest.mark.parametrize(
    "role", ["sekjen", "drafter", "item", "submitter", "pimpinan(BPO)", "staf(DIT-AFRIKA)"]
)
def test_a_route_may_name_known_roles(role: str) -> None:
    assert is_role(role)


@pytest.mark.parametrize("role", ["", "boss", "pimpinan()", "pimpinan(A B)", "reviewer(BPO)", "parties"])
def test_a_route_may_not_name_others(role: str) -> None:
    assert not is_role(role)
