"""How values are put in words on a page: instants, names, sizes, states, kinds of document.

Knows the reader's language and zone; must not know requests, cases or rights. Every function here
is a template filter or fills one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from markupsafe import Markup

from paraf.domain.interpretations import INTERPRETATIONS
from paraf.domain.sop_parts import Duration
from paraf.language import N_, Language
from paraf.usecases import fact_words

KIBI = 1024
NEAR_DAYS, WEEK_DAYS = 1, 5

SOP_KINDS = {"makro": N_("SOP Makro"), "mikro": N_("SOP Mikro"), "teknis": N_("SOP Teknis")}
REQUEST_KINDS = {"new": N_("New SOP"), "change": N_("Change of an SOP in force")}
STATES = {
    "running": N_("Running"),
    "completed": N_("Completed"),
    "withdrawn": N_("Withdrawn"),
    "cancelled": N_("Cancelled"),
    "suspended": N_("Suspended"),
    "incident": N_("Held up by a fault"),
}
ENDS, ACTS, ROLES = fact_words.ENDS, fact_words.ACTS, fact_words.ROLES
SOP_STATES = {
    "in_force": N_("In force"),
    "transitional": N_("In force (transitional)"),
    "superseded": N_("Superseded"),
    "revoked": N_("Revoked"),
}
OPTION_VALUES = {
    "paper": N_("On paper"),
    "electronic": N_("Electronically"),
    "tembusan": N_("By tembusan"),
    "disposisi": N_("By disposisi"),
}
CAPACITIES = {"definitif": N_("Definitive"), "plt": N_("Acting (Plt.)"), "plh": N_("Daily acting (Plh.)")}
NOTES = {
    "organisation.loaded": N_("An organisation file was loaded"),
    "unit.saved": N_("A unit was saved"),
    "position.saved": N_("A position was saved"),
    "appointment.made": N_("An appointment was made"),
    "appointment.ended": N_("An appointment was ended"),
    "person.added": N_("A person was added"),
    "person.edited": N_("Data of a person were changed"),
    "person.erased": N_("A person was erased"),
    "password.reset": N_("A password was reset"),
    "password.changed": N_("A password was changed"),
    "account.disabled": N_("An account was closed"),
    "account.enabled": N_("An account was opened again"),
    "system_roles.granted": N_("Roles in the system were set"),
    "sign_in.last_attempt": N_("The last attempt to sign in was used up; the account is held for a while"),
    "token.issued": N_("An access token was issued"),
    "sample_accounts.opened": N_("The sample accounts were opened"),
    "sample_cases.begun": N_("The preparation of the sample cases began"),
    "sample_cases.carried": N_("The sample cases were prepared"),
    "demonstration.loaded": N_("The demonstration was loaded"),
}
PARTS = {
    "deskripsi": N_("Description"),
    "dasar_hukum": N_("Legal basis"),
    "ketertautan": N_("Links to other SOPs"),
    "pihak_terlibat": N_("Parties involved"),
    "persyaratan_perlengkapan": N_("Requirements and equipment"),
    "keluaran": N_("Output"),
    "diagram_alir": N_("Flow diagram"),
}
LETTERS = dict(zip(PARTS, "abcdefg", strict=True))
ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_ARTICLE = re.compile(r"\bPL (\d+)(\(\d+\))?(?:-(\(\d+\)))?([a-z])?")
_MORE_ARTICLES = re.compile(r"(\bPL \d[^;,]*), (?=\d)")
_OWN_NAME = re.compile(r"[AP]\d+|[a-z_]+\.[a-z_]+")
"""Rules of authority and permissions by the names the project gives them; they tell a reader nothing."""
_INTERPRETATION = re.compile(r"\b(INT-\d\d)\b")
_OPTION_VALUE = re.compile(rf"(?:^|(?<=\. ))(?:{'|'.join(OPTION_VALUES)})(?=:|$)")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


class Words:
    """The filters for one reader: a language and a zone."""

    def __init__(self, language: Language, zone: str) -> None:
        self.language = language
        self.locale = Locale.parse(language.code)
        self.zone_name = zone
        self.zone = ZoneInfo(zone)

    def __call__(self, msgid: str, **values: object) -> str:
        return self.language.translate(msgid, **values)

    # --- instants ---------------------------------------------------------------------------

    def _local(self, at: str | datetime) -> datetime:
        value = at if isinstance(at, datetime) else datetime.fromisoformat(at)
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(self.zone)

    def moment(self, at: str | None) -> str:
        """An instant in full: `20 Nov 2026 14.05 WIB`."""
        if not at:
            return ""
        return f"{self._write(at, 'd MMM y HH.mm')} {self.zone_words}"

    def short_moment(self, at: str | None) -> str:
        return self._write(at, "d MMM HH.mm") if at else ""

    def day(self, at: str | None) -> str:
        """A day: of an instant in the reader's zone, or a plain date."""
        if not at:
            return ""
        if len(at) == len("2026-11-20"):
            return format_date(date.fromisoformat(at), "d MMM y", locale=self.locale)
        return self._write(at, "d MMM y")

    def last_day(self, valid_to: str | None) -> str:
        """The last day of a validity that ends before the instant `valid_to`."""
        return self._write(self._local(valid_to) - timedelta(microseconds=1), "d MMM y") if valid_to else ""

    def _write(self, at: str | datetime, pattern: str) -> str:
        return format_datetime(self._local(at), pattern, locale=self.locale)

    @property
    def zone_words(self) -> str:
        """The zone as people call it."""
        if self.zone_name in ZONES:
            return ZONES[self.zone_name]
        return self("{place} time", place=self.zone_name.rsplit("/", 1)[-1].replace("_", " "))

    def duration(self, value: Any) -> str:
        """A standard time: that of a step of an SOP, or ISO 8601 of a route."""
        if isinstance(value, Mapping):
            return str(Duration(**value)) if value.get("value") else ""
        found = _DURATION.fullmatch(str(value or ""))
        if not found or not any(found.groups()):
            return str(value or "")
        names = (N_("{n} working days"), N_("{n} working hours"), N_("{n} minutes"))
        return " ".join(self(name, n=n) for name, n in zip(names, found.groups(), strict=True) if n)

    def due(self, item: Mapping[str, Any]) -> dict[str, str] | None:
        """The target of a task: instant, words and tone; None without one."""
        left = item.get("due")
        if not left:
            return None
        days = int(left["days"])
        near = "amber" if days <= NEAR_DAYS else "blue" if days <= WEEK_DAYS else "green"
        tone = {"overdue": "red", "today": "amber"}.get(left["state"], near)
        return {"at": str(left["at"]), "words": str(left["words"]), "tone": tone}

    # --- people and the office --------------------------------------------------------------

    def hat(self, appointment: Mapping[str, Any]) -> str:
        """An appointment as it signs: `Plt. Direktur Asia Timur`."""
        return str(
            appointment.get("title") or appointment.get("label") or self.title_of(appointment.get("position"))
        )

    def signed_as(self, decision: Mapping[str, Any]) -> str:
        """The position behind a decision with its capacity: `Plh. Kepala Biro Keuangan`."""
        return fact_words.signed_as(decision)

    def name_of(self, who: Any) -> str:
        """A person's name from whatever shape carries it."""
        if isinstance(who, Mapping):
            return str(who.get("name") or self("erased person"))
        return str(who or "")

    def title_of(self, position: Any) -> str:
        if isinstance(position, Mapping):
            return str(position.get("title") or position.get("id") or "")
        return str(position or "")

    def unit_name(self, unit: Any) -> str:
        if isinstance(unit, Mapping):
            return str(unit.get("name") or unit.get("code") or unit.get("id") or "")
        return str(unit or "")

    def article(self, citation: str) -> str:
        """Short citations in full: `PL 37(5)b; A1` -> `Pasal 37 ayat (5) huruf b`."""

        def full(found: re.Match[str]) -> str:
            number, paragraph, last, letter = found.groups()
            text = f"Pasal {number}"
            text += f" ayat {paragraph}" if paragraph else ""
            text += f" sampai dengan ayat {last}" if last else ""
            return text + (f" huruf {letter}" if letter else "")

        told = [one for one in str(citation or "").split("; ") if not _OWN_NAME.fullmatch(one)]
        return _ARTICLE.sub(full, _MORE_ARTICLES.sub(r"\1 dan PL ", "; ".join(told)))

    def cited(self, citation: str) -> Markup:
        """`article` for a page: an interpretation says what it is about to whoever points at it."""

        def explained(part: str) -> str:
            meaning = INTERPRETATIONS.get(part)
            return Markup('<abbr title="{}">{}</abbr>').format(self(meaning), part) if meaning else part

        return Markup("").join(explained(part) for part in _INTERPRETATION.split(self.article(citation)))

    def interpretations(self, citations: Iterable[str]) -> list[tuple[str, str]]:
        """The interpretations that are cited, each with its sentence, by number."""
        named = {one for citation in citations for one in _INTERPRETATION.findall(citation)}
        return [(one, self(INTERPRETATIONS[one])) for one in sorted(named) if one in INTERPRETATIONS]

    def option(self, text: str) -> str:
        """The value of an option, or the sentences that begin with one, in words."""
        return _OPTION_VALUE.sub(lambda found: self(OPTION_VALUES[found[0]]), text)

    # --- kinds ------------------------------------------------------------------------------

    def size(self, count: int) -> str:
        """Bytes as people read them: `1,2 MB`."""
        value, unit = float(count), "B"
        for unit in ("B", "KB", "MB", "GB"):
            if value < KIBI or unit == "GB":
                break
            value /= KIBI
        pattern = "#,##0" if unit == "B" or value >= 10 else "#,##0.#"
        return f"{format_decimal(value, pattern, locale=self.locale)} {unit}"

    def _from(self, table: Mapping[str, str]) -> Callable[[Any], str]:
        return lambda key: self(table[key]) if key in table else str(key or "").replace("_", " ")

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Every filter by the name templates use."""
        return {
            "moment": self.moment,
            "short_moment": self.short_moment,
            "day": self.day,
            "last_day": self.last_day,
            "duration": self.duration,
            "due_of": self.due,
            "article": self.article,
            "cited": self.cited,
            "option_words": self.option,
            "hat": self.hat,
            "signed_as": self.signed_as,
            "name_of": self.name_of,
            "title_of": self.title_of,
            "unit_name": self.unit_name,
            "size": self.size,
            "state_words": self._from(STATES),
            "end_words": self._from(ENDS),
            "sop_state_words": self._from(SOP_STATES),
            "kind_words": self._from(SOP_KINDS),
            "request_words": self._from(REQUEST_KINDS),
            "act_words": self._from(ACTS),
            "role_words": self._from(ROLES),
            "capacity_words": self._from(CAPACITIES),
            "part_words": self._from(PARTS),
            "note_words": self._from(NOTES),
        }


def slug(name: str) -> str:
    """A field's path as an element id: `form.catatan.0.teks` -> `form-catatan-0-teks`."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")


def pair_of(step: Mapping[str, Any]) -> tuple[str, str]:
    """A step as a choice: its id and its name."""
    return str(step["id"]), str(step["name"])


def option_pair(option: Any) -> tuple[str, str]:
    """A choice of a form as its value and its label."""
    return option.value, option.label


def file_pair(attachment: Mapping[str, Any]) -> tuple[str, str]:
    """An attachment as a choice: its digest and its name."""
    return str(attachment["sha256"]), str(attachment["filename"])


def colleague_pair(person: Mapping[str, Any]) -> tuple[str, str]:
    """A person as a choice: the id, and the name with the position."""
    return str(person["id"]), ", ".join(str(part) for part in (person["name"], person.get("title")) if part)


def position_pair(entry: Mapping[str, Any]) -> tuple[str, str]:
    """A position of the administration's list as a choice."""
    return str(entry["position"].id), str(entry["position"].title)


def by_rule(findings: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Findings on the format under the rule each breaks, in the order of the draft."""
    gathered: dict[str, list[Mapping[str, Any]]] = {}
    for found in findings:
        gathered.setdefault(str(found["rule"]), []).append(found)
    return list(gathered.items())


def current_papers(documents: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The documents to read: a konsep whose text was signed since is read as signed."""
    signed = {(one["kind"], one["version"]) for one in documents if one["act"] != "konsep"}
    return [one for one in documents if one["act"] != "konsep" or (one["kind"], one["version"]) not in signed]


PAIRS = {
    "by_rule": by_rule,
    "current_papers": current_papers,
    "position_pair": position_pair,
    "slug": slug,
    "pair_of": pair_of,
    "option_pair": option_pair,
    "file_pair": file_pair,
    "colleague_pair": colleague_pair,
}
"""Filters that need no words of a reader."""
