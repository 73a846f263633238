"""The settings of one installation, read from environment variables that begin with PARAF_.

Knows names, defaults and limits of settings; must not know what is done with them. A wrong or
unknown setting stops the start with one sentence (Misconfigured), never with a default instead.
"""

from __future__ import annotations

import os
import re
import secrets
import string
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from paraf.errors import Misconfigured
from paraf.language import N_, Language

PREFIX = "PARAF_"
_PACKAGE = Path(__file__).resolve().parent
_NOT_SETTINGS = {"PARAF_SECRETS_DIR"}
_SHORTEST_SECRET = 32
_DATABASES = re.compile(r"sqlite:///.|postgres(ql)?(\+psycopg)?://.")

KiB, MiB = 1024, 1024 * 1024


def _listed(value: object) -> object:
    """`a, b` as ("a", "b"): lists are written with commas in the environment."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _zone_name(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(N_("it is not the name of a time zone"))
    return value


def _whole_path(value: Path) -> Path:
    return value.expanduser().absolute()


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Zone = Annotated[str, AfterValidator(_zone_name)]
Folder = Annotated[Path, AfterValidator(_whole_path)]

# Invented patterns: the five texts leave numbering to the institution (INT-27).
DOCUMENT_NUMBERS = {
    "*": "{serial:03d}/{kind}/{unit}/{month}/{year}",
    "nota_dinas": "ND-{serial:03d}/{unit}/{month}/{year}",
    "usulan": "ND-{serial:03d}/{unit}/{month}/{year}",
    "berita": "BR-{serial:03d}/{unit}/{month}/{year}",
    "keputusan": "KEP-{serial:03d}/{unit}/{month}/{year}",
    "kertas_kerja": "KKR-{serial:03d}/{unit}/{month}/{year}",
    "catatan": "CKM-{serial:03d}/{unit}/{month}/{year}",
    "sop": "SOP-{serial:03d}/{unit}/{year}",
}
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_NUMBER_PLACES = {"serial", "kind", "unit", "month", "year"}


class Settings(BaseSettings):
    """Every setting; the environment name is the field's name in capitals after PARAF_."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        extra="forbid",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    mode: Literal["production", "sample"] = "production"
    language: Literal["id", "en"] = "id"

    # where things are kept
    data_dir: Folder = Path(".paraf")
    database_url: SecretStr = SecretStr("")
    files_dir: Folder | None = None

    # the web
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    trusted_hosts: Names = ()
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    secure_cookies: bool | None = None
    secret_key: SecretStr = SecretStr("")
    processes: int = Field(default=0, ge=0, le=64)
    threads: int = Field(default=0, ge=0, le=64)
    session_idle_minutes: int = Field(default=30, ge=1, le=24 * 60)
    session_hours: int = Field(default=8, ge=1, le=24)
    token_days: int = Field(default=90, ge=1, le=3650)
    request_limit: int = Field(default=2 * MiB, ge=64 * KiB, le=64 * MiB)
    upload_limit: int = Field(default=20 * MiB, ge=64 * KiB, le=512 * MiB)
    uploads_per_hour: int = Field(default=100, ge=1, le=100_000)

    # the institution
    institution: str = Field(default="Kementerian Luar Negeri", min_length=3, max_length=200)
    place: str = Field(default="Jakarta", min_length=2, max_length=100)
    zone: Zone = "Asia/Jakarta"
    extra_holidays: Names = ()
    document_numbers: dict[str, str] = {}

    # what is told
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("document_numbers")
    @classmethod
    def _known_places(cls, patterns: dict[str, str]) -> dict[str, str]:
        for pattern in patterns.values():
            try:
                places = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
            except ValueError:
                places = {"?"}
            if "serial" not in places or places - _NUMBER_PLACES:
                raise ValueError(N_("a number pattern needs serial and may use kind, unit, month and year"))
        return patterns

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not _DATABASES.match(url.get_secret_value()):
            raise ValueError(N_("it must begin with sqlite:/// or postgresql://"))
        return url

    @field_validator("extra_holidays")
    @classmethod
    def _iso_days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(date.fromisoformat(day).isoformat() for day in days)
        except ValueError:
            raise ValueError(N_("days are written as 2026-12-31")) from None

    @field_validator("secret_key")
    @classmethod
    def _strong_secret(cls, secret: SecretStr) -> SecretStr:
        value = secret.get_secret_value()
        if value and (len(value) < _SHORTEST_SECRET or len(set(value)) < 10):
            raise ValueError(N_("it is too weak: at least 32 characters, taken at random"))
        return secret

    # --- what follows from the settings -------------------------------------------------------

    @property
    def sample(self) -> bool:
        """Sample accounts and the notice on every page; never in production."""
        return self.mode == "sample"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database; an SQLite file under `data_dir` unless given."""
        given = self.database_url.get_secret_value()
        if not given:
            return f"sqlite:///{self.data_dir / 'paraf.sqlite3'}"
        return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", given)

    @property
    def on_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def files(self) -> Path:
        """The folder of attachments."""
        return self.files_dir or self.data_dir / "files"

    @property
    def cookies_secure(self) -> bool:
        """Whether cookies are sent over HTTPS only; always in production unless switched off."""
        return self.mode == "production" if self.secure_cookies is None else self.secure_cookies

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names the web server answers to."""
        local = ("localhost", "127.0.0.1", "[::1]")
        own = () if self.host in {"0.0.0.0", "::", *local} else (self.host,)  # noqa: S104 - a comparison
        return tuple(dict.fromkeys((*self.trusted_hosts, *own, *local)))

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def share(self) -> Path:
        """Where `web`, `workflows` and `migrations` lie: inside an installed package, else beside
        the checkout's `service`."""
        packaged = _PACKAGE / "_share"
        return packaged if packaged.is_dir() else _PACKAGE.parents[1]

    @property
    def web_folder(self) -> Path:
        return self.share / "web"

    @property
    def workflows_folder(self) -> Path:
        return self.share / "workflows"

    @property
    def migrations_folder(self) -> Path:
        return self.share / "migrations"

    def words(self) -> Language:
        """The words of the chosen language."""
        return Language(self.web_folder / "translations", self.language)

    def document_number(self, kind: str, unit: str, serial: int, year: int, month: int) -> str:
        """The readable number of a document: the pattern of `kind@unit`, `kind`, the longest kind
        that begins it, or `*`. Months are Roman, as offices write them."""
        patterns = {**DOCUMENT_NUMBERS, **self.document_numbers}
        begins = sorted((name for name in patterns if kind.startswith(name)), key=len, reverse=True)
        pattern = patterns.get(f"{kind}@{unit}") or patterns[begins[0] if begins else "*"]
        return pattern.format(
            serial=serial, kind=kind.upper(), unit=unit, month=_ROMAN_MONTHS[month - 1], year=year
        )

    def secret(self) -> str:
        """The key that signs what leaves and returns: PARAF_SECRET_KEY, or one made at the first
        start and kept in `data_dir`, readable by its owner only."""
        given = self.secret_key.get_secret_value()
        if given:
            return given
        path = self.data_dir / "secret-key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text(encoding="ascii").strip()


def load_settings(**given: Any) -> Settings:
    """The settings of this process; `given` wins over the environment. Secrets may also lie as
    files `paraf_secret_key`, `paraf_database_url` in the folder PARAF_SECRETS_DIR. Raises
    Misconfigured with one sentence."""
    _refuse_unknown()
    folder = os.environ.get("PARAF_SECRETS_DIR")
    if folder is not None and not Path(folder).is_dir():
        raise Misconfigured(N_("PARAF_SECRETS_DIR is not a folder: {folder}."), folder=folder)
    try:
        return Settings(_secrets_dir=folder, **given)  # type: ignore[call-arg]
    except ValidationError as fault:
        raise _sentence(fault) from None
    except SettingsError:
        raise _not_right("PARAF_DOCUMENT_NUMBERS", Reason(_REASONS["dict_type"])) from None


def _refuse_unknown() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | _NOT_SETTINGS
    given = {name.upper() for name in os.environ if name.upper().startswith(PREFIX)}
    if "PARAF_DEBUG" in given:
        raise Misconfigured(N_("There is no debug mode: take PARAF_DEBUG out of the environment."))
    for name in sorted(given - known):
        raise Misconfigured(N_("Unknown setting {name}: check its spelling or take it away."), name=name)


def _sentence(fault: ValidationError) -> Misconfigured:
    first = fault.errors()[0]
    name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else PREFIX
    limits = first.get("ctx", {})
    if first["type"] == "value_error":
        reason, values = str(limits["error"]), {}
    else:
        reason, values = _REASONS.get(first["type"], N_("the value cannot be read")), dict(limits)
        if "expected" in values:
            values["expected"] = str(values["expected"]).replace("'", "").replace(" or ", ", ")
    return _not_right(name, Reason(reason, values))


def _not_right(name: str, reason: Reason) -> Misconfigured:
    return Misconfigured(N_("The setting {name} is not right: {reason}."), name=name, reason=reason)


class Reason(str):
    """Why a setting is refused: a msgid with its values, for `{reason}` of the sentence."""

    msgid: str
    values: dict[str, Any]

    def __new__(cls, msgid: str, values: dict[str, Any] | None = None) -> Reason:
        text = super().__new__(cls, msgid.format(**(values or {})))
        text.msgid, text.values = msgid, values or {}
        return text


_REASONS = {
    "literal_error": N_("allowed are {expected}"),
    "int_parsing": N_("it must be a whole number"),
    "bool_parsing": N_("it must be true or false"),
    "greater_than_equal": N_("it must be at least {ge}"),
    "less_than_equal": N_("it must be at most {le}"),
    "string_too_short": N_("it is too short"),
    "string_too_long": N_("it is too long"),
    "dict_type": N_("it must be a JSON object of patterns"),
}
