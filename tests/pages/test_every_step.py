"""Every step of every route has a page on which its holder can do what the step asks."""

from __future__ import annotations

import pytest

from cast import Player
from pages.conftest import Inside
from paraf.usecases.demo import STORIES, Story
from paraf.usecases.queries.task_page import task as read_task
from travel import acts, set_out, take
from web_service import Service


@pytest.mark.parametrize("story", STORIES[:5], ids=lambda story: story.route_key)
def test_each_step_shows_its_form_and_its_decisions(service: Service, inside: Inside, story: Story) -> None:
    by = {"BKEU": "staf.keuangan", "PUSDIKLAT": "staf.diklat", "KBRI-TOKYO": "staf.tokyo"}.get(story.unit)
    journey = set_out(service.office, story, Player(by, "", "") if by else None)
    steps = 0
    while (act := next(acts(service.office, journey), None)) is not None:
        page = inside(Player(act.actor.login, "", "")).open(f"/tugas/{act.task_id}")
        assert page.status == 200, act.element
        shown = read_task(service.office, act.actor, act.task_id)
        form = page.form("/keputusan")
        for offer in shown["outcomes"]:
            if offer["may"]:
                assert f'name="outcome" value="{offer["id"]}"' in page.html, (act.element, offer["id"])
        for name, field in (shown["form"] or {}).get("properties", {}).items():
            is_note = (name, field["type"]) == ("catatan", "string")
            assert (f'name="form.{name}' in page.html) is not is_note, (act.element, name)
        assert page.html.count('name="comment"') == 1, "one note is enough"
        assert form.fields["seq"] == [str(shown["seq"])]
        take(service.office, act)
        steps += 1
    assert steps > 5
