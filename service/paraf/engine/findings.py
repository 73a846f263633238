"""The list of faults a file has, collected while it is read.

Knows how a finding is ordered; must not know what is wrong or why.
"""

from __future__ import annotations

from paraf.domain.route import Finding

MAX_FINDINGS = 500


class Findings:
    """Collects findings of one file; `all()` gives them by line, errors before warnings."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[tuple[int, str, str, str], Finding] = {}
        self._count = {"error": 0, "warning": 0}

    def error(self, line: int, element: str, rule: str, message: str, **values: object) -> None:
        """A fault that keeps the file from being used."""
        self._add(line, element, "error", rule, message, values)

    def warn(self, line: int, element: str, rule: str, message: str, **values: object) -> None:
        """Something to look at; the file can be used."""
        self._add(line, element, "warning", rule, message, values)

    def all(self) -> tuple[Finding, ...]:
        order = {"error": 0, "warning": 1}
        found = sorted(self._found.values(), key=lambda f: (f.line, order[f.severity], f.rule, f.element))
        return tuple(found)

    @property
    def has_errors(self) -> bool:
        return self._count["error"] > 0

    @property
    def errors(self) -> int:
        """How many faults were added so far, told twice or not."""
        return self._count["error"]

    def _add(
        self, line: int, element: str, severity: str, rule: str, message: str, values: dict[str, object]
    ) -> None:
        if self._count[severity] < MAX_FINDINGS:
            self._count[severity] += 1
            finding = Finding(self.file, line, element, severity, rule, message, values)
            self._found.setdefault((line, element, rule, repr(sorted(values.items()))), finding)
