"""What every acceptance scenario says about a case: what somebody may not do, what a paper says.

A scenario in which somebody "tries to" do what is not his, or not yet, is `refused`: nothing of the
kind is offered to him, a forged call is refused in a sentence with the article, and the case stands
as it stood. `page` reads the HTML page as that person's browser would.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from paraf.usecases import passwords, sign_in
from stage import Answer, Case, Stage

PASSWORD = "kata-sandi-untuk-pengujian"
ENGLISH = re.compile(r"\b(the|this|only|please|may|not|of|has|been)\b", re.IGNORECASE)


@contextmanager
def unchanged(case: Case) -> Iterator[None]:
    """Nothing happens to the case meanwhile: no fact, no task, no paper, no copy."""
    before = _standing(case)
    yield
    assert _standing(case) == before, "a refusal changes nothing"


def _standing(case: Case) -> dict[str, Any]:
    seen = case.seen()
    return {name: seen[name] for name in ("seq", "state", "tasks", "documents", "tembusan")}


def refused(
    case: Case,
    login: str,
    element: str,
    outcome: str,
    article: str,
    *,
    status: int = 403,
    form: Mapping[str, Any] | None = None,
    **more: Any,
) -> Any:
    """`login` tries to give `outcome` at the open task of `element`: not offered, refused with the
    article, the case as it was. Gives the problem. 403: not his; 422: not now, or not like this."""
    task = case.task(element)
    person = case.stage.person(login)
    mine = [item for item in person.tasks() if item["id"] == task["id"]]
    if status == 403:
        assert not mine, f"{element} stands in the inbox of {login}"
        seen = person.get(f"/tasks/{task['id']}")
        if seen.status == 200:
            assert not seen["may"]["decide"]
        else:
            assert seen.status == 404, "who has no part in the case does not see it"
    with unchanged(case):
        problem = person.decide(task["id"], outcome, form, **more).refused(status)
    says_why(problem, article)
    return problem


def says_why(problem: Mapping[str, Any], article: str) -> None:
    """The problem is an Indonesian sentence and names the article."""
    assert article in problem["rule"], problem
    assert problem["detail"].endswith(".") and not ENGLISH.search(problem["detail"]), problem


def not_offered(case: Case, login: str, element: str, outcome: str) -> None:
    """No button for this outcome on the person's task."""
    task = case.task(element)
    shown = case.stage.person(login).get(f"/tasks/{task['id']}").ok()
    assert outcome not in [offer["id"] for offer in shown["offers"] if offer["may"]], shown["offers"]


def ahead(case: Case, login: str, element: str, *articles: str) -> None:
    """The proposal shows the person that this step is still to come, with its articles."""
    step = step_of(case, login, element)
    assert step["state"] == "ahead", step
    assert set(articles) <= set(step["cites"]), step["cites"]
    assert element not in case.open_elements()


def step_of(case: Case, login: str, element: str) -> dict[str, Any]:
    """One step of the case as the proposal answers it."""
    proposal = case.stage.person(login).get(f"/proposals/{case.proposal_id}").ok()
    found: dict[str, Any] = next(step for step in proposal["steps"] if step["id"] == element)
    return found


def missing(case: Case, login: str) -> list[str]:
    """Parts (huruf) or attachments that the proposal says are missing."""
    proposal = case.stage.person(login).get(f"/proposals/{case.proposal_id}").ok()
    return [part["huruf"] or part["field"] for part in proposal["missing"]]


# --- what is read -----------------------------------------------------------------------------


def paper(case: Case, kind: str, act: str, number: int = -1) -> dict[str, Any]:
    """A document of the case, by default the newest of its kind and act."""
    found = [d for d in case.seen()["documents"] if (d["kind"], d["act"]) == (kind, act)]
    assert found, (kind, act, case.documents())
    return found[number]


def text_of(case: Case, document: Mapping[str, Any], login: str = "karo.po") -> str:
    """What a document says, without its markup."""
    answer = case.stage.person(login).get(f"/documents/{document['id']}")
    return plain(answer.ok().decode())


def plain(page: str) -> str:
    """The text of an HTML page."""
    without = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(without))


@functools.cache
def _password_hash() -> str:
    return passwords.hash_password(PASSWORD)


def page(stage: Stage, login: str, path: str) -> str:
    """The HTML page as the person's browser gets it, signed in by session."""
    with stage.office.store.write() as uow:
        account = uow.people.by_login(login)
        assert account is not None
        uow.people.update(account.id, password_hash=_password_hash(), must_change_password=0)
    session_id, _ = sign_in.sign_in(stage.office, login, PASSWORD, "192.0.2.7")
    browser = stage.app.test_client()
    browser.set_cookie("paraf", session_id)
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def receivers(case: Case, kind: str, way: str = "tembusan") -> set[str]:
    """Titles of the positions that got this paper: as `tembusan`, or `delivered` to them."""
    sent = case.seen()["tembusan"]
    return {one["position"]["title"] for one in sent if (one["kind"], one["way"]) == (kind, way)}


def copies(stage: Stage, login: str, case: Case) -> list[dict[str, Any]]:
    """The copies and deliveries of this case that lie before a person."""
    items = stage.person(login).get("/tembusan?limit=200").ok()["items"]
    return [item for item in items if item["instance_id"] == case.id]


def tasks_of(stage: Stage, login: str, case: Case) -> list[str]:
    """Steps of this case in a person's inbox."""
    return [item["element_id"] for item in stage.person(login).tasks() if item["instance_id"] == case.id]


def open_proposal(stage: Stage, login: str, unit: str, kind: str = "mikro") -> Answer:
    """What the API answers to somebody who opens a new proposal."""
    header = {"title": "Penyiapan Bahan Rapat", "sop_kind": kind, "request_kind": "new", "unit_id": unit}
    return stage.person(login).post("/proposals", header)


# --- a review that finds something ---------------------------------------------------------------

NOTE = {"huruf": "b", "text": "Undang-Undang Perjanjian Internasional belum dirujuk."}
NOT_YET = {
    "kriteria_a": "sesuai",
    "kriteria_b": "tidak_sesuai",
    "kriteria_b_catatan": "Nama SOP belum menggambarkan kegiatannya.",
    "kriteria_c": "sesuai",
    "catatan": [NOTE],
}
"""A review with criterion b not fulfilled and one note on part b."""


def discussed(case: Case) -> Case:
    """The review found something; its discussion with the unit is open."""
    case.carry_to("review_naskah_konsep")
    case.act("review_naskah_konsep", "done", NOT_YET, by="penelaah.ortala")
    case.act("decide_review_outcome", "adjust", comment="Kriteria b belum terpenuhi.")
    return case


def answer_discussion(case: Case, outcome: str, **unit: Any) -> None:
    """The unit answers, then Biro PO closes with the same outcome."""
    case.act("discuss_kertas_kerja_reviu", outcome, item="DIT-AFRIKA", by="dir.afrika", **unit)
    closing = next(t for t in case.open_tasks() if t["item"] is None)
    answer = case.stage.person("penelaah.ortala").decide(
        closing["id"], outcome, comment="Biro PO mempertahankan catatannya."
    )
    answer.ok()
