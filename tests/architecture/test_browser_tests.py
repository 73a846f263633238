"""The tests in the browser never look too early: what a program can see of that in their text.

A browser answers at once, also while the next page is still on its way. Whatever comes with a page or an
answer is therefore awaited: `follow` and `follow_by_key` of `browser/visitor.py` for the next page, `expect`
for what stands on it. Knows the names of Playwright's calls; must not know any page.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).resolve().parents[1] / "browser").glob("*.py"))
NEVER = {
    "is_checked", "is_disabled", "is_enabled", "is_hidden", "is_visible", "wait_for_timeout", "wait_for_url",
}  # fmt: skip
NEVER_CLAIMED = {
    "all",
    "all_inner_texts",
    "count",
    "get_attribute",
    "inner_text",
    "input_value",
    "text_content",
}


def _calls(within: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(within):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr


def _of_a_link(way: ast.expr) -> bool:
    return any(
        name == "get_by_role" and call.args and ast.unparse(call.args[0]) == "'link'"
        for call, name in _calls(way)
    )


def too_early(text: str) -> list[str]:
    """What in this text of a test looks, or goes on, without waiting; each with its line."""
    whole = ast.parse(text)
    awaited = {
        call
        for block in ast.walk(whole)
        if isinstance(block, ast.With) and any(".expect_" in ast.unparse(one) for one in block.items)
        for call, _ in _calls(block)
    }
    claimed = {
        call
        for claim in ast.walk(whole)
        if isinstance(claim, ast.Assert)
        for call, name in _calls(claim.test)
        if name in NEVER_CLAIMED and (not call.args or name == "get_attribute")
    }
    found = claimed | {call for call, name in _calls(whole) if name in NEVER}
    found |= {
        call
        for call, name in _calls(whole)
        if name in {"click", "press"} and call not in awaited and _of_a_link(call)
    }
    return [
        f"line {call.lineno}: {ast.unparse(call)}" for call in sorted(found, key=lambda call: call.lineno)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_looks_too_early(path: Path) -> None:
    assert too_early(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem.startswith("test_")], ids=lambda path: path.stem
)
def test_every_test_that_needs_a_browser_says_so(path: Path) -> None:
    assert "\npytestmark = pytest.mark.browser\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "early"),
    [
        ('page.get_by_role("link", name="Berkas").first.click()', True),
        ('follow(page.get_by_role("link", name="Berkas").first)', False),
        ('with page.expect_download() as coming:\n    page.get_by_role("link", name="Unduh").click()', False),
        ('page.get_by_role("button", name="Putar").click()', False),
        ('assert page.locator(".note").count() == 1', True),
        ('assert "Selesai" in page.get_by_role("status").inner_text()', True),
        ('assert page.locator("a").get_attribute("href") == "#"', True),
        ('expect(page.locator(".note")).to_have_count(1)', False),
        ('assert words.count("a") == 1', False),
        ("page.wait_for_timeout(200)", True),
        ('if page.get_by_role("alert").is_visible():\n    pass', True),
    ],
)
def test_what_is_too_early_is_seen(text: str, early: bool) -> None:
    assert bool(too_early(text)) is early
