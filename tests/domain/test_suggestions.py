"""Who an unmatched person might be (capacity.md, People: suggestions)."""

from difflib import SequenceMatcher
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Decision, Person
from planner_gui.domain.suggestions import LIKELY, Suggester, suggestions


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


def test_of_many_people_nobody_likely_is_passed_over() -> None:
    """The bound by letters lets through everybody whom comparing all names would find."""
    given, family = (
        ("Ana", "Anna", "Łukasz", "Bo", "Zoë", "Maria"),
        ("Okafor", "Nowak", "Lind", "Li", "Ökafor", "Nowack"),
    )
    people = [person(f"{a} {b}", ("tempo", "bt")[n % 2], *("Labs",) * (n % 3 == 0))
              for n, (a, b) in enumerate(product(given, family))]  # fmt: skip
    suggester = Suggester(people)
    for index, asked in enumerate(people):
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(" ".join(sorted(folded(asked.name).split())))
        likely = set()
        for number, other in enumerate(people):
            matcher.set_seq1(" ".join(sorted(folded(other.name).split())))
            least = LIKELY - 0.15 * bool(set(asked.teams) & set(other.teams))
            if asked.accounts[0].connection != other.accounts[0].connection and matcher.ratio() >= least:
                likely.add(number)
        assert {found.other for found in suggester.of(index, len(people))} == likely


LETTERS = st.text(st.sampled_from("abcdeé -x"), min_size=0, max_size=12)
NAMES = st.lists(st.one_of(LETTERS, LETTERS.map(lambda text: text * 7)), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(NAMES, st.integers(1, 3))
def test_the_best_few_are_those_that_comparing_everybody_finds(drawn: list[str], limit: int) -> None:
    """The bounds leave nobody out, whatever the names are and however few are asked for."""
    people = [person(f"{name}{n}", ("tempo", "bt")[n % 2], *("Labs",) * (n % 3 == 0)) for n, name in enumerate(drawn)]
    suggester = Suggester(people)
    for index in range(len(people)):
        everybody = suggester.of(index, len(people))
        assert suggester.of(index, limit) == everybody[:limit]
        names = [" ".join(sorted(folded(each.name).replace(",", " ").replace(".", " ").split())) for each in people]
        likeness = {}
        for other, name in enumerate(names):
            shared = 0.15 * bool(set(people[index].teams) & set(people[other].teams))
            ratio = SequenceMatcher(None, name, names[index], autojunk=False).ratio()
            if other % 2 != index % 2 and ratio >= LIKELY - shared:
                likeness[other] = ratio
        assert {found.other: found.likeness for found in everybody} == likeness


def test_a_name_longer_than_a_word_of_the_machine_is_still_compared_whole() -> None:
    asked = "abcdefghij" * 5
    assert names([person(asked, "bt"), person("x" * 30 + asked)]) == ["x" * 30 + asked]
    assert names([person("x" * 30 + asked, "bt"), person(asked)]) == [asked]
