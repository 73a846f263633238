"""Finding cases by what happened in them: who decided, in which position and capacity, with which
outcome, when; keyset-paged in several orders.

Knows rows and indexes; must not know who may search (`queries/audit.py`) or how a name becomes ids.
What is asked of a decision is asked of one and the same decision. Conditions that few decisions meet
go in by the index of the decisions; those that many meet are asked of each case in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
)

from paraf.storage.cases import CASE, CaseRow, TaskRow, case_row
from paraf.storage.tables import instance, naskah, proposal, task

SORTS: dict[str, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    "started": (instance.c.started_at, instance.c.id),
    "ended": (instance.c.ended_at, instance.c.id),
    "number": (instance.c.number, instance.c.id),
    "title": (proposal.c.title, proposal.c.id),
}
"""The orders a list may have, each with the index that carries it. By their end only cases that have
ended are listed."""

ACTING = ("plt", "plh")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None asks nothing. `people`, `positions` and `units` are ids and codes of
    which one must fit. A period includes its beginning and not its end."""

    text: str | None = None
    people: Sequence[str] | None = None
    positions: Sequence[str] | None = None
    units: Sequence[str] | None = None
    route_key: str | None = None
    route_version: int | None = None
    state: str | None = None
    end_id: str | None = None
    outcome: str | None = None
    capacities: Sequence[str] | None = None
    returned: bool | None = None
    started: tuple[str | None, str | None] = (None, None)
    ended: tuple[str | None, str | None] = (None, None)
    acted: tuple[str | None, str | None] = (None, None)

    @property
    def asks_of_a_decision(self) -> bool:
        """Whether more is asked of a decision than who took it."""
        return bool(self.positions is not None or self.outcome or self.capacities or any(self.acted))

    @property
    def acting_only(self) -> bool:
        """Whether only decisions of acting officials are sought."""
        return bool(self.capacities) and not set(self.capacities or ()) - set(ACTING)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions a case has had, how many of them returns and how many by acting officials."""

    decisions: int
    returns: int
    acting: int


class CaseSearch:
    """The search on one connection; every method is one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self, wanted: Wanted, sort: str, descending: bool, after: tuple[str, str] | None, limit: int
    ) -> list[CaseRow]:
        """Cases that meet every condition, in this order, after the key (value, id) of the last one."""
        value, key = SORTS[sort]
        statement = CASE.where(*_conditions(wanted))
        if sort == "ended":
            statement = statement.where(instance.c.ended_at.is_not(None))
        if after is not None:
            if descending:
                further = or_(value < after[0], and_(value == after[0], key < after[1]))
            else:
                further = or_(value > after[0], and_(value == after[0], key > after[1]))
            statement = statement.where(further)
        order = (value.desc(), key.desc()) if descending else (value, key)
        return [case_row(row) for row in self._connection.execute(statement.order_by(*order).limit(limit))]

    def decisions(self, wanted: Wanted, instance_ids: Sequence[str]) -> list[TaskRow]:
        """The decisions of these cases that meet what is asked of a decision, oldest first."""
        if not instance_ids:
            return []
        statement = (
            select(task)
            .where(task.c.instance_id.in_(instance_ids), *_of_a_decision(wanted))
            .order_by(task.c.closed_at, task.c.id)
        )
        return [TaskRow(*row) for row in self._connection.execute(statement)]

    def tallies(self, instance_ids: Sequence[str]) -> dict[str, Tally]:
        """Counts of the decisions of these cases."""
        if not instance_ids:
            return {}
        statement = (
            select(
                task.c.instance_id,
                func.count(),
                func.coalesce(func.sum(_one_if(task.c.outcome == "return")), 0),
                func.coalesce(func.sum(_one_if(task.c.capacity.in_(ACTING))), 0),
            )
            .where(task.c.instance_id.in_(instance_ids), task.c.state == "done")
            .group_by(task.c.instance_id)
        )
        return {
            row[0]: Tally(int(row[1]), int(row[2]), int(row[3]))
            for row in self._connection.execute(statement)
        }


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, literal_column("1", Integer)), else_=literal_column("0", Integer))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        like = f"%{wanted.text.lower()}%"
        found.append(or_(func.lower(proposal.c.title).like(like), func.lower(instance.c.number).like(like)))
    if wanted.units is not None:
        found.append(instance.c.unit_code.in_(wanted.units))
    for column, value in (
        (instance.c.route_key, wanted.route_key),
        (instance.c.route_version, wanted.route_version),
        (instance.c.state, wanted.state),
        (instance.c.end_id, wanted.end_id),
    ):
        if value is not None:
            found.append(column == value)
    found += _within(instance.c.started_at, wanted.started) + _within(instance.c.ended_at, wanted.ended)
    if wanted.returned is not None:
        returns = (
            select(literal_column("1"))
            .where(task.c.instance_id == instance.c.id, task.c.outcome == "return")
            .exists()
        )
        found.append(returns if wanted.returned else ~returns)
    if wanted.asks_of_a_decision or wanted.people is not None:
        found.append(_acted(wanted))
    return found


def _acted(wanted: Wanted) -> ColumnElement[bool]:
    """A decision as asked. Who is sought by name alone is also found where he opened the case or wrote
    a version of its draft."""
    decided: Select[Any] = select(task.c.instance_id).where(*_of_a_decision(wanted))
    few = wanted.people is not None or wanted.positions is not None or wanted.acting_only
    by_decision: ColumnElement[bool] = instance.c.id.in_(decided)
    if not few:
        by_decision = decided.where(task.c.instance_id == instance.c.id).correlate(instance).exists()
    if wanted.people is None or wanted.asks_of_a_decision:
        return by_decision
    wrote = select(naskah.c.proposal_id).where(naskah.c.saved_by.in_(wanted.people))
    opened = proposal.c.created_by.in_(wanted.people)
    return or_(by_decision, opened, instance.c.proposal_id.in_(wrote))


def _of_a_decision(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [task.c.state == "done"]
    if wanted.people is not None:
        found.append(task.c.decided_by.in_(wanted.people))
    if wanted.positions is not None:
        found.append(task.c.assignee_position.in_(wanted.positions))
    if wanted.outcome:
        found.append(task.c.outcome == wanted.outcome)
    if wanted.capacities:
        found.append(task.c.capacity.in_(wanted.capacities))
        if wanted.acting_only:
            # the words of the partial index, so that the planner sees that it serves
            found.append(literal_column("task.capacity <> 'definitif'"))
    return found + _within(task.c.closed_at, wanted.acted)


def _within(column: ColumnElement[Any], period: tuple[str | None, str | None]) -> list[ColumnElement[bool]]:
    since, until = period
    found: list[ColumnElement[bool]] = []
    if since:
        found.append(column >= since)
    if until:
        found.append(column < until)
    return found
