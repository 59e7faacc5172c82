"""What the wizard is filled in with becomes the options of docs/cli.md, and a connection fills the wizard again."""

from __future__ import annotations

import pytest

from planner_gui.sandbox.server import Sandbox
from planner_gui.sources.base import Connection
from planner_gui.ui.dialogs.connect.services import (
    CLOUD,
    KEY,
    PASSWORD,
    SERVER,
    SERVICES,
    Form,
    form_of,
    free_name,
    service_of,
    split,
)
from tests.app.office import TODAY

FORMS = [
    Form(service="bigpicture", flavour=CLOUD, name="a", limits=("PROG-1", "PROG-2"), effort="STORY_POINTS"),
    Form(service="bigpicture", flavour=CLOUD, name="a", address="https://x.example/cloudmanager/bigpicture/where-am-i"),
    Form(service="bigpicture", flavour=SERVER, name="a", address="https://jira.example", cookie=True, site="labs"),
    Form(service="tempo", flavour=SERVER, name="a", address="https://jira.example", sign_in=PASSWORD, user="ana"),
    Form(service="tempo", flavour=SERVER, name="a", address="https://jira.example", limits=("5",), projects=("ORI",)),
    Form(service="tempo", flavour=CLOUD, name="a", address="https://api.eu.tempo.io"),
    Form(service="worktime", flavour=CLOUD, name="a", limits=("12",)),
    Form(service="worktime", flavour=SERVER, name="a", address="https://jira.example"),
    Form(service="bigtime", name="a", sign_in=KEY, realm="ACME", completed=True),
    Form(service="bigtime", name="a", sign_in=PASSWORD, user="ana", remember=True),
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_form_makes_a_connection_that_makes_the_form(form: Form) -> None:
    made = form.connection()
    again = form_of(made)
    assert again.connection() == made
    assert (again.runs, again.enters, again.limits, again.user) == (form.runs, form.enters, form.limits, form.user)


def test_N3_a_cloud_connection_has_no_address_of_its_own() -> None:
    assert FORMS[0].connection() == Connection(
        "a", "bigpicture", "", {"flavour": "cloud", "boxes": "PROG-1,PROG-2", "effort": "STORY_POINTS"}
    )
    assert FORMS[1].connection().options["cloud-manager"].endswith("/where-am-i")
    assert FORMS[6].connection().url == ""


def test_options_that_the_wizard_does_not_show_survive_an_edit() -> None:
    made = Connection(
        "a", "bigpicture", "https://j.example", {"flavour": "server", "rest": "bigpicture", "scheme": "Bearer"}
    )
    assert form_of(made).connection() == made


def test_what_the_command_line_connects_can_be_edited() -> None:
    company = Sandbox(people=1, today=TODAY, base_url="http://127.0.0.1:9")
    for entry in company.connections():
        connection = Connection(entry["name"], entry["kind"], entry["url"], entry["options"])
        again = form_of(connection).connection()
        kept = {name: text for name, text in connection.options.items() if name not in ("flavour", "auth")}
        assert again.kind == connection.kind
        assert kept.items() <= again.options.items()
        if "cloud-manager" not in connection.options:
            assert again.url == connection.url


def test_every_way_in_says_where_its_secret_is_found() -> None:
    for service in SERVICES:
        for flavour in service.flavours:
            assert service_of(flavour.kind) is service
            for way in flavour.sign_ins:
                assert len(way.find) > 40
                assert way.link.startswith("https://")


def test_lists_and_names() -> None:
    assert split(" PROG-1, PROG-2 ,,PROG-1") == ("PROG-1", "PROG-2")
    assert free_name("tempo", frozenset({"tempo", "tempo-2"})) == "tempo-3"
    assert free_name("tempo", frozenset()) == "tempo"
