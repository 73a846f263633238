"""What the browser gets belongs to the sources, is no larger than promised, and says whose work is in it.

Knows `web/src` and `web/static/built` as files; needs neither Node nor a browser.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from paraf.engine import route_limits as limits

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "web" / "src"
BUILT = ROOT / "web" / "static" / "built"
MOST_SCRIPT = {"editor": 230_000, "replay": 80_000}
"""The most bytes of script, gzipped, that a page may load."""
_SAID = re.compile(r"""\bsay\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""")
_NOTICE = re.compile(r"^(@?[a-z][\w./@-]*) (\d\S*) \((.+)\)$", re.MULTILINE)

KNOWN = json.loads((BUILT / "built.json").read_text(encoding="utf-8"))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sources() -> Iterator[Path]:
    for path in sorted(SOURCES.rglob("*")):
        parts = path.relative_to(SOURCES).parts
        if path.is_file() and "node_modules" not in parts and not any(p.startswith(".") for p in parts):
            yield path


def test_the_built_files_belong_to_the_sources() -> None:
    """Fails when somebody changed a source and did not run `npm run build` in web/src."""
    sources = {path.relative_to(SOURCES).as_posix(): _digest(path) for path in _sources()}
    assert KNOWN["sources"] == sources
    built = {path.name: _digest(path) for path in BUILT.iterdir() if path.name != "built.json"}
    assert {name: about["sha256"] for name, about in KNOWN["built"].items()} == built


@pytest.mark.parametrize("island", sorted(MOST_SCRIPT))
def test_a_page_loads_no_more_script_than_promised(island: str) -> None:
    script = (BUILT / f"{island}.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= MOST_SCRIPT[island]


@pytest.mark.parametrize("path", sorted(BUILT.glob("*.css")), ids=lambda path: path.name)
def test_styles_ask_only_for_files_that_lie_beside_them(path: Path) -> None:
    asked = re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8"))
    files = [one.strip("\"'").partition("?")[0].partition("#")[0] for one in asked]
    wanted = [one for one in files if one and not one.startswith("data:")]
    assert not [one for one in wanted if not (BUILT / one).is_file()]


def test_no_script_reaches_for_the_network_by_name_or_makes_code_of_text() -> None:
    for path in BUILT.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|\bnew Function\(|\bFunction\(\"", script), path.name
        addresses = set(re.findall(r"https?://[\w./-]+", script))
        known = ("http://www.w3.org/", "http://www.omg.org/", "https://bpmn.io", "http://bpmn.io")
        known += ("https://github.com/bpmn-io/",)  # named in a sentence about a defect
        assert not [one for one in addresses if not one.startswith(known)], path.name


@pytest.mark.parametrize("folder", sorted(p.parent.name for p in SOURCES.glob("*/indonesian.json")))
def test_whatever_an_island_says_is_there_in_indonesian(folder: str) -> None:
    """Of islands with a catalogue of their own; others get their words with the page."""
    known: dict[str, str] = {}
    for catalogue in (SOURCES / "shared" / "indonesian.json", SOURCES / folder / "indonesian.json"):
        if catalogue.exists():
            known.update(json.loads(catalogue.read_text(encoding="utf-8")))
    said = {
        (one or other).replace("\\'", "'")
        for path in (SOURCES / folder).rglob("*.js")
        for one, other in _SAID.findall(path.read_text(encoding="utf-8"))
    }
    assert not sorted(said - set(known))
    for english, indonesian in known.items():
        assert indonesian.strip()
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", indonesian)), english


def test_one_text_has_one_translation_in_all_islands() -> None:
    found: dict[str, set[str]] = {}
    for catalogue in SOURCES.glob("*/indonesian.json"):
        for english, indonesian in json.loads(catalogue.read_text(encoding="utf-8")).items():
            found.setdefault(english, set()).add(indonesian)
    assert not {english: texts for english, texts in found.items() if len(texts) > 1}


def test_the_browser_knows_the_extensions_that_the_engine_knows() -> None:
    descriptor = json.loads((SOURCES / "shared" / "paraf.json").read_text(encoding="utf-8"))
    assert (descriptor["uri"], descriptor["prefix"]) == (limits.PARAF, "paraf")
    kinds = {
        kind["name"].lower(): {attribute["name"] for attribute in kind["properties"]}
        for kind in descriptor["types"]
        if "extends" not in kind
    }
    assert kinds == {name: set(must | may) for name, (must, may) in limits.EXTENSIONS.items()}
    standing = json.loads((SOURCES / "shared" / "profile.json").read_text(encoding="utf-8"))
    assert {name: frozenset(kinds) for name, kinds in standing.items()} == limits.EXTENSIONS_OF
    (loop,) = [kind for kind in descriptor["types"] if "extends" in kind]
    assert {attribute["name"] for attribute in loop["properties"]} == {"each", "closer"}


def test_the_notices_name_every_package_with_its_licence() -> None:
    text = (BUILT / "third-party.txt").read_text(encoding="utf-8")
    named = _NOTICE.findall(text)
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert named
    for name, version, licence in named:
        assert lock[f"node_modules/{name}"]["version"] == version
        assert licence in {"MIT", "ISC", "Apache-2.0", "BSD-3-Clause", "SEE LICENSE IN LICENSE"}, name
    listed = re.findall(
        r"^\| `([^`]+)` \| (\S+) \| .+ \|$",
        (ROOT / "docs" / "third-party.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert listed == [(name, version) for name, version, _ in named]


def test_packages_are_pinned_exactly_and_without_the_address_of_a_registry() -> None:
    package = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))
    pins = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", pin) for pin in pins.values()), pins
    lock = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(lock)["packages"]
    assert not re.findall(r'"resolved"', lock)
    assert all("integrity" in about for name, about in packages.items() if name)
