"""Who an unmatched person might be (capacity.md, People: suggestions)."""

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.plan import Decision, Person
from planner_gui.domain.suggestions import suggestions


def person(name: str, connection: str = "tempo", *teams: str) -> Person:
    ref = AccountRef(connection, name)
    return Person(id=name, name=name, email="", title="", teams=teams, accounts=(ref,), unmatched=True)


def names(people: list[Person], *decisions: Decision) -> list[str]:
    return [people[s.other].name for s in suggestions(people, 0, decisions)]


def test_the_likest_name_of_another_service_comes_first() -> None:
    people = [
        person("Priya Raman", "bt"),
        person("Raman, Priya"),
        person("P. Raman"),
        person("Pria Ramann"),
        person("Zoe Miller"),
        person("Priya Raman", "bt"),
    ]
    assert names(people) == ["Raman, Priya", "Pria Ramann", "P. Raman"]


def test_a_shared_team_lets_a_less_like_name_in() -> None:
    asked = person("Priya Raman", "bt", "Platform")
    assert names([asked, person("Priya Ross")]) == []
    assert names([asked, person("Priya Ross", "tempo", "platform "), person("Zoe", "tempo", "Platform")]) == [
        "Priya Ross"
    ]


def test_who_is_kept_apart_is_not_offered_again() -> None:
    people = [person("Priya Raman", "bt"), person("Priya Raman"), person("Pria Raman")]
    apart = Decision("apart", (*people[0].accounts, *people[1].accounts))
    assert names(people) == ["Priya Raman", "Pria Raman"]
    assert names(people, apart) == ["Pria Raman"]
    assert names(people, Decision("join", apart.accounts)) == ["Priya Raman", "Pria Raman"]


def test_no_more_are_offered_than_asked_for() -> None:
    people = [person("Ann Lee", "bt"), *(person(f"Ann Lee {n}") for n in "abcdefg")]
    assert len(suggestions(people, 0)) == 5
    assert [s.other for s in suggestions(people, 0, limit=2)] == [1, 2]
