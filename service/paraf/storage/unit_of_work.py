"""One transaction and the repositories that write in it.

Knows which repositories there are; must not know how the transaction begins or ends
(`store.py`). Repositories are made when first asked for and share the one connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection

from paraf.storage.case_search import CaseSearch
from paraf.storage.cases import Cases
from paraf.storage.copies import Copies
from paraf.storage.drafts import Drafts
from paraf.storage.history import History
from paraf.storage.idempotency import Idempotency
from paraf.storage.open_work import OpenWork
from paraf.storage.organisation import OrganisationRows
from paraf.storage.people import People
from paraf.storage.proof import Proof
from paraf.storage.readings import Readings
from paraf.storage.register import Register
from paraf.storage.repairs import Repairs
from paraf.storage.route_life import RouteLife
from paraf.storage.routes import Routes
from paraf.storage.sending import at_once
from paraf.storage.tasks import Tasks


class UnitOfWork:
    """What one command reads and writes; all of it is kept, or none."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._at_once = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Write without waiting for each answer (`sending.at_once`). Blocks may stand in one another."""
        if self._at_once:
            yield
            return
        self._at_once = True
        try:
            with at_once(self.connection):
                yield
        finally:
            self._at_once = False

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.connection)

    @cached_property
    def case_search(self) -> CaseSearch:
        return CaseSearch(self.connection)

    @cached_property
    def register(self) -> Register:
        return Register(self.connection)

    @cached_property
    def copies(self) -> Copies:
        return Copies(self.connection)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self.connection)

    @cached_property
    def open_work(self) -> OpenWork:
        return OpenWork(self.connection)

    @cached_property
    def history(self) -> History:
        return History(self.connection)

    @cached_property
    def proof(self) -> Proof:
        return Proof(self.connection)

    @cached_property
    def readings(self) -> Readings:
        return Readings(self.connection)

    @cached_property
    def repairs(self) -> Repairs:
        return Repairs(self.connection)

    @cached_property
    def routes(self) -> Routes:
        return Routes(self.connection)

    @cached_property
    def route_life(self) -> RouteLife:
        return RouteLife(self.connection)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.connection)

    @cached_property
    def organisation(self) -> OrganisationRows:
        return OrganisationRows(self.connection)

    @cached_property
    def people(self) -> People:
        return People(self.connection)

    @cached_property
    def idempotency(self) -> Idempotency:
        return Idempotency(self.connection)
