"""Which numbers the flows of a route have had: f<n> is never given twice.

Knows the published versions and how an id stands in a file; must not know what a flow is. A file is
scanned, not read: an id that is no flow's costs a number and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork

MOST_REMEMBERED: Final = 1000
_ID: Final = re.compile(rb"""\bid\s{0,9}=\s{0,9}["']f([1-9][0-9]{0,8})["']""")
_highest: dict[str, int] = {}


def highest_in(content: bytes) -> int:
    """The greatest number of an id f<n> in a file, 0 when there is none."""
    plain = content.replace(b"\0", b"")  # UTF-16 has one beside every letter of an id
    return max((int(number) for number in _ID.findall(plain)), default=0)


def highest_published(uow: UnitOfWork, key: str) -> int:
    """The greatest number that any published version of a route has used. A content never changes:
    each is scanned once in a process."""
    numbers = [0]
    for sha256 in {version.sha256 for version in uow.routes.versions(key)}:
        known = _highest.get(sha256)
        if known is None:
            if len(_highest) >= MOST_REMEMBERED:
                _highest.clear()
            known = _highest[sha256] = highest_in(uow.routes.content(sha256) or b"")
        numbers.append(known)
    return max(numbers)
