"""What the pages and the API ask: each answer is JSON-ready and holds only what the reader may see."""

from paraf.usecases.queries.case_page import case_picture, dossier, events, history, instance, instances
from paraf.usecases.queries.directory import me, people, units
from paraf.usecases.queries.inbox import inbox
from paraf.usecases.queries.papers_page import attachment_file, document, tembusan_list
from paraf.usecases.queries.proposal_page import naskah_version, proposal
from paraf.usecases.queries.register_page import sop, sops
from paraf.usecases.queries.repairs_page import answered, condition, find_case, held_cases, repairs
from paraf.usecases.queries.replay import replay, replay_page, replay_picture
from paraf.usecases.queries.route_compare import compare_draft, compare_versions
from paraf.usecases.queries.route_history import route_history, route_life_page
from paraf.usecases.queries.route_page import (
    route,
    route_bytes,
    route_picture,
    route_versions,
    routes,
    standing_version,
)
from paraf.usecases.queries.task_page import task
from paraf.usecases.queries.workshop_words import workshop_words

__all__ = [
    "answered",
    "attachment_file",
    "case_picture",
    "compare_draft",
    "compare_versions",
    "condition",
    "document",
    "dossier",
    "events",
    "find_case",
    "held_cases",
    "history",
    "inbox",
    "instance",
    "instances",
    "me",
    "naskah_version",
    "people",
    "proposal",
    "repairs",
    "replay",
    "replay_page",
    "replay_picture",
    "route",
    "route_bytes",
    "route_history",
    "route_life_page",
    "route_picture",
    "route_versions",
    "routes",
    "sop",
    "sops",
    "standing_version",
    "task",
    "tembusan_list",
    "units",
    "workshop_words",
]
