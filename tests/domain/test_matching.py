"""Which accounts are one person (capacity.md, People)."""

import random
from dataclasses import replace
from datetime import date
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.calendar import WorkingTime
from planner_gui.domain.entities import Account, AccountRef, Membership, Page, Team
from planner_gui.domain.matching import People, fingerprint, folded, match
from planner_gui.domain.plan import Decision, Person, Rules
from planner_gui.domain.snapshot import Snapshot
from tests.domain.readings import read

TODAY = date(2026, 11, 20)
RULES = Rules(working_time=WorkingTime(), zone=ZoneInfo("Europe/Berlin"))
KINDS = {"tempo": "tempo", "bp": "bigpicture", "bp2": "bigpicture", "wtc": "worktime", "bt": "bigtime"}


def service(name: str, *accounts: Account, **more: object) -> Snapshot:
    return read(Page(accounts=accounts, **more), connection=name, kind=KINDS[name])  # type: ignore[arg-type]


def decide(action: str, *accounts: str) -> Decision:
    """`decide("join", "tempo:priya", "bt:7")`."""
    return Decision(action, tuple(AccountRef(*account.split(":", 1)) for account in accounts))


def people(*services: Snapshot, rules: Rules = RULES) -> tuple[Person, ...]:
    return match(services, rules, TODAY).persons


def joined(*services: Snapshot, rules: Rules = RULES) -> set[frozenset[str]]:
    return {frozenset(f"{a.connection}:{a.key}" for a in p.accounts) for p in people(*services, rules=rules)}


def groups(*texts: str) -> set[frozenset[str]]:
    """`groups("tempo:a bp:a", "bt:7")`."""
    return {frozenset(text.split()) for text in texts}


PRIYA = (
    service("tempo", Account(key="Priya", atlassian="Priya")),
    service(
        "bp", Account(key="EXT_USER@2@priya", name="Priya Raman", atlassian="priya", platform="2", email="P@x.org")
    ),
    service("wtc", Account(key="priya", atlassian="PRIYA", name="P. Raman")),
    service("bt", Account(key="7", name="Priya M. Raman", email=" p@X.org ")),
)


def test_the_same_atlassian_id_and_the_same_e_mail_are_one_person_whatever_the_case() -> None:
    assert joined(*PRIYA) == groups("tempo:Priya bp:EXT_USER@2@priya wtc:priya bt:7")


def test_the_best_name_and_e_mail_win() -> None:
    (person,) = people(*PRIYA)
    assert (person.name, person.email, person.unmatched) == ("Priya M. Raman", "p@X.org", False)
    assert [p.name for p in people(*PRIYA[:3])] == ["Priya Raman"]
    assert [p.name for p in people(PRIYA[0], PRIYA[2])] == ["P. Raman"]
    assert [p.name for p in people(PRIYA[0])] == ["Priya"]


def test_the_name_the_user_gave_wins_over_all() -> None:
    rules = replace(RULES, names={AccountRef("wtc", "priya"): "Pri"})
    assert [p.name for p in people(*PRIYA, rules=rules)] == ["Pri"]


def test_another_platform_or_site_is_another_jira() -> None:
    tempo = service("tempo", Account(key="ann", atlassian="ann"))
    other = service("bp", Account(key="EXT_USER@3@ann", atlassian="ann", platform="3"))
    same = service("bp2", Account(key="EXT_USER@2@ann", atlassian="ann", platform="2"))
    assert joined(tempo, other, same) == groups("tempo:ann bp2:EXT_USER@2@ann", "bp:EXT_USER@3@ann")
    apart = replace(RULES, sites={"bp2": "east"})
    assert len(joined(tempo, other, same, rules=apart)) == 3
    together = replace(RULES, sites={"bp2": "east", "tempo": "east"})
    assert groups("tempo:ann bp2:EXT_USER@2@ann") < joined(tempo, other, same, rules=together)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Łukasz Øster", "lukasz  oster"),
        ("Anna Weiß", "ANNA WEISS"),
        ("Cædmon Đuro", "Caedmon Duro"),
        ("José  Núñez", "Jose Nunez"),
        ("Ann\u00a0Lee", "Ann Lee"),
    ],
)
def test_names_are_compared_without_case_accents_and_spacing(one: str, two: str) -> None:
    assert folded(one) == folded(two)
    tempo, bigtime = service("tempo", Account(key="a", name=one)), service("bt", Account(key="7", name=two))
    assert joined(tempo, bigtime) == groups("tempo:a bt:7")


def test_a_name_that_two_people_of_one_connection_share_joins_nobody() -> None:
    tempo = service("tempo", Account(key="a", name="Ann Lee"), Account(key="b", name="ann lee"))
    assert len(joined(tempo, service("bt", Account(key="7", name="Ann Lee")))) == 3


def test_accounts_joined_already_count_once_for_the_name() -> None:
    tempo = service(
        "tempo", Account(key="a", name="Ann Lee", email="a@x.org"), Account(key="b", name="Ann Lee", email="A@x.org")
    )
    assert joined(tempo, service("bt", Account(key="7", name="Ann Lee"))) == groups("tempo:a tempo:b bt:7")


def test_an_id_that_stands_for_a_missing_name_joins_nobody() -> None:
    assert len(joined(service("tempo", Account(key="77", name="77")), service("bt", Account(key="77", name="77")))) == 2
    assert len(joined(service("tempo", Account(key="a")), service("bt", Account(key="7")))) == 2


def test_what_the_user_joined_stays_joined() -> None:
    services = service("tempo", Account(key="a", name="Ann")), service("bt", Account(key="7", name="Bob"))
    rules = replace(RULES, decisions=(decide("join", "tempo:a", "bt:7", "bt:gone"),))
    assert joined(*services, rules=rules) == groups("tempo:a bt:7")


def test_what_the_user_keeps_apart_no_rule_joins() -> None:
    rules = replace(RULES, decisions=(decide("apart", "tempo:Priya", "bt:7"),))
    found = joined(*PRIYA, rules=rules)
    assert not any({"tempo:Priya", "bt:7"} <= group for group in found)
    assert any({"tempo:Priya", "bp:EXT_USER@2@priya", "wtc:priya"} <= group for group in found)


def test_the_later_of_two_decisions_on_a_pair_counts() -> None:
    pair = ("tempo:Priya", "bt:7")
    join, apart = decide("join", *pair), decide("apart", *pair)
    assert len(joined(*PRIYA, rules=replace(RULES, decisions=(apart, join)))) == 1
    assert len(joined(*PRIYA, rules=replace(RULES, decisions=(join, apart)))) > 1


def test_an_account_kept_apart_from_everybody_else_leaves_the_others_joined() -> None:
    services = [service(n, Account(key="x", email="x@x.org")) for n in ("tempo", "bp", "bp2", "wtc")]
    apart = tuple(decide("apart", "wtc:x", f"{n}:x") for n in ("tempo", "bp", "bp2"))
    assert joined(*services, rules=replace(RULES, decisions=apart)) == groups("wtc:x", "tempo:x bp:x bp2:x")


def test_an_account_that_fits_two_kept_apart_is_not_guessed() -> None:
    services = [service(n, Account(key="x", email="x@x.org")) for n in ("tempo", "bp", "wtc")]
    rules = replace(RULES, decisions=(decide("apart", "tempo:x", "bp:x"),))
    assert joined(*services, rules=rules) == groups("tempo:x", "bp:x", "wtc:x")


def test_a_hidden_person_is_nobody_and_stays_hidden_with_a_new_account() -> None:
    rules = replace(RULES, decisions=(decide("hide", "tempo:Priya"),))
    found = match(PRIYA, rules, TODAY)
    assert found.persons == ()
    assert [index.tolist() for index in found.account_person] == [[-1]] * 4


def test_somebody_in_one_of_several_services_is_unmatched() -> None:
    lonely = service("bt", Account(key="7", name="Zoe"))
    assert [p.unmatched for p in people(*PRIYA[:3], lonely)] == [False, True]
    assert [p.unmatched for p in people(lonely)] == [False]
    assert [p.unmatched for p in people(lonely, service("tempo"))] == [False]


def test_ids_stay_while_their_accounts_stay_joined() -> None:
    (before,) = people(*PRIYA)
    rules = replace(RULES, known_ids=dict.fromkeys(before.accounts, "p1"))
    assert [p.id for p in people(*PRIYA, rules=rules)] == ["p1"]
    new = service("bp2", Account(key="AAA", name="First Of All", email="p@x.org"))
    assert [p.id for p in people(new, *PRIYA, rules=rules)] == ["p1"]


def test_the_larger_part_of_a_split_person_keeps_the_id_and_the_other_gets_one_of_its_own() -> None:
    ids = {ref: "p1" for s in PRIYA for ref in (AccountRef(s.connection, s.accounts[0].key),)}
    apart = tuple(decide("apart", "bp:EXT_USER@2@priya", other) for other in ("tempo:Priya", "wtc:priya", "bt:7"))
    found = people(*PRIYA, rules=replace(RULES, known_ids=ids, decisions=apart))
    by_key = {a.key: p.id for p in found for a in p.accounts}
    assert by_key["Priya"] == by_key["priya"] == "p1"
    assert len({p.id for p in found}) == len(found)


def test_two_known_people_joined_get_the_id_of_the_more_accounts() -> None:
    ids = {
        AccountRef("tempo", "Priya"): "p1",
        AccountRef("wtc", "priya"): "p2",
        AccountRef("bp", "EXT_USER@2@priya"): "p2",
    }
    assert [p.id for p in people(*PRIYA, rules=replace(RULES, known_ids=ids))] == ["p2"]


def test_teams_come_from_every_service_once_the_current_ones_first() -> None:
    bigpicture = service(
        "bp",
        Account(key="p", email="p@x.org"),
        teams=(Team(key="1", name="Alpha"), Team(key="2", name="platform "), Team(key="3", name="Zeta")),
        memberships=(
            Membership(team="1", account="P", end=date(2026, 11, 19)),
            Membership(team="2", account="p", start=date(2026, 11, 20)),
            Membership(team="3", account="p", start=date(2026, 11, 21)),
        ),
    )
    tempo = service(
        "tempo",
        Account(key="p", email="p@x.org"),
        teams=(Team(key="9", name="Platform"), Team(key="8", name="Mobile")),
        memberships=(Membership(team="9", account="p"), Membership(team="8", account="p")),
    )
    (person,) = people(bigpicture, tempo)
    assert person.teams == ("Mobile", "Platform", "Alpha", "Zeta")


def test_the_fingerprint_changes_with_everything_that_matters() -> None:
    others = PRIYA[1:]
    renamed = service("tempo", Account(key="Priya", name="Pri", atlassian="Priya"))
    teamed = service(
        "tempo",
        Account(key="Priya", atlassian="Priya"),
        teams=(Team(key="1", name="A"),),
        memberships=(Membership(team="1", account="Priya"),),
    )
    prints = [
        fingerprint(PRIYA, RULES, TODAY),
        fingerprint([renamed, *others], RULES, TODAY),
        fingerprint([teamed, *others], RULES, TODAY),
        fingerprint(others, RULES, TODAY),
        fingerprint(PRIYA, RULES, date(2026, 11, 21)),
        fingerprint(PRIYA, replace(RULES, sites={"bp": "east"}), TODAY),
        fingerprint(PRIYA, replace(RULES, names={AccountRef("bt", "7"): "P"}), TODAY),
        fingerprint(PRIYA, replace(RULES, decisions=(decide("hide", "bt:7"),)), TODAY),
    ]
    assert len(set(prints)) == len(prints)
    assert fingerprint(PRIYA, RULES, TODAY) == prints[0]


def _account(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Account]:
    few = st.sampled_from(["", "a", "b", "c"])
    return st.builds(
        lambda key, name, email, atlassian, platform: Account(
            key=key,
            name=name and f"Name {name}",
            email=email and f"{email}@x.org",
            atlassian=atlassian,
            platform=platform,
        ),
        key=keys,
        name=few,
        email=few,
        atlassian=few,
        platform=st.sampled_from(["", "2", "3"]),
    )


ACCOUNTS = st.lists(_account(st.sampled_from("123456")), max_size=5, unique_by=lambda a: a.key)
REFS = st.builds(AccountRef, st.sampled_from(list(KINDS)), st.sampled_from("123456"))
DECISIONS = st.lists(
    st.builds(
        Decision, st.sampled_from(["join", "apart", "apart", "hide"]), st.lists(REFS, min_size=2, max_size=3).map(tuple)
    ),
    max_size=4,
)


@given(st.lists(ACCOUNTS, min_size=5, max_size=5), DECISIONS, st.randoms(use_true_random=False))
def test_the_order_of_accounts_and_services_changes_nobody(
    given_accounts: list[list[Account]], decisions: list[Decision], shuffled: random.Random
) -> None:
    rules = replace(RULES, decisions=tuple(decisions))
    services = [service(n, *accounts) for n, accounts in zip(KINDS, given_accounts, strict=True)]
    other = [service(n, *shuffled.sample(a, len(a))) for n, a in zip(KINDS, given_accounts, strict=True)]
    shuffled.shuffle(other)
    found = match(services, rules, TODAY)
    assert match(other, rules, TODAY).persons == found.persons
    _nobody_is_lost(services, found, decisions)
    ids = {ref: p.id for p in found.persons for ref in p.accounts}
    assert match(other, replace(rules, known_ids=ids), TODAY).persons == found.persons


def _nobody_is_lost(services: list[Snapshot], found: People, decisions: list[Decision]) -> None:
    """Every account is one person's, the index agrees, and nobody is two people that the user keeps apart."""
    hidden = {ref for d in decisions if d.action == "hide" for ref in d.accounts}
    owners: dict[AccountRef, int] = {}
    for number, person in enumerate(found.persons):
        assert not hidden.intersection(person.accounts)
        for ref in person.accounts:
            assert owners.setdefault(ref, number) == number
    for snapshot, index in zip(services, found.account_person, strict=True):
        for account, person in zip(snapshot.accounts, index.tolist(), strict=True):
            assert owners.get(AccountRef(snapshot.connection, account.key), -1) == person
    last = {frozenset(p): d.action for d in decisions for p in _pairs(d) if d.action != "hide"}
    for pair, action in last.items():
        one, two = sorted(pair)
        if action == "apart" and one in owners and two in owners:
            assert owners[one] != owners[two]


def _pairs(decision: Decision) -> list[tuple[AccountRef, AccountRef]]:
    refs = sorted(set(decision.accounts))
    return [(a, b) for i, a in zip(count(1), refs, strict=False) for b in refs[i:]]
