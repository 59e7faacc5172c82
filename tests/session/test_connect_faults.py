"""Every way in which connecting fails has a sentence of its own, at the field where it can be mended."""

from __future__ import annotations

import pytest

from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CertificateRefused,
    CredentialRefused,
    Forbidden,
    NotFound,
    NotOffered,
    NotSent,
    OriginRefused,
    PlannerError,
    ProxyFailed,
    SecretError,
    ServiceFailed,
    UsageError,
)
from planner_gui.session.connect_faults import faults_of, missing_limits
from planner_gui.sources.base import Check, Connection

TEMPO = Connection("tempo", "tempo", "https://jira.example.com")
BASIC = Connection("tempo", "tempo", "https://jira.example.com", {"user": "ana"})
CLOUD = Connection("tempo", "tempo-cloud", "https://api.tempo.io")
CALENDARS = Connection("worktime", "worktime", "", {"calendars": "12,99"})
BOXES = Connection("bigpicture", "bigpicture", "", {"flavour": "cloud", "boxes": "PROG-1,PROG-77"})
BOXLESS = Connection("bigpicture", "bigpicture", "https://jira.example.com", {"flavour": "server"})
COOKIE = Connection("bigpicture", "bigpicture", "https://jira.example.com", {"flavour": "server", "cookie": "yes"})
KEY = Connection("bigtime", "bigtime", "", {"auth": "api-key", "realm": "ACME"})
LOGIN = Connection("bigtime", "bigtime", "", {"auth": "session", "user": "ana"})

CASES = [
    (CredentialRefused("the token was refused (401)"), TEMPO, "secret", "expired or revoked"),
    (CredentialRefused("the token was refused (401)"), BASIC, "secret", "CAPTCHA"),
    (CredentialRefused("the token was refused (401)"), CLOUD, "secret", "another region"),
    (CredentialRefused("the token was refused (401)"), KEY, "secret", "firm ID (ACME)"),
    (CredentialRefused("user ana or the password was refused (401)"), LOGIN, "secret", "Check user name, password"),
    (CredentialRefused("the token was refused (401)"), COOKIE, "secret", "cookie that has ended"),
    (CredentialRefused("the token was refused (401)"), BOXLESS, "secret", "want a session cookie"),
    (Forbidden("you lack the right to read this (403)"), TEMPO, "secret", "The token is right"),
    (OriginRefused("is not encrypted", subject="the address", advice="Use https://."), TEMPO, "address", "Use https"),
    (OriginRefused("BigPicture says it is at evil.io", subject="where-am-i"), BOXES, "address", "where-am-i address"),
    (OriginRefused("points to evil.io"), TEMPO, "address", "Points to evil.io."),
    (NotFound("does not exist there (404)", subject="allocations"), TEMPO, "address", "no such service"),
    (NotFound("does not exist there (404)", subject="teams of PROG-77"), BOXES, "limits", "PROG-1,PROG-77"),
    (
        NotFound("none of the teams 9 is there", subject="teams"),
        Connection("t", "tempo", "https://j", {"teams": "9"}),
        "limits",
        "Check the ids: 9.",
    ),
    (NotOffered("this version does not list its boxes", subject="boxes"), BOXLESS, "limits", "Give the ids"),
    (NotSent("the name jira.example.com is not known; nothing was sent"), TEMPO, "address", "Check the address"),
    (NotSent("the name api is not known; nothing was sent"), CALENDARS, "", "Check the network"),
    (CertificateRefused("the certificate was refused: expired", advice="Ask IT."), TEMPO, "", "Ask IT."),
    (ProxyFailed("the proxy wants a login (407)"), TEMPO, "", "File, Connections, Network"),
    (AnswerUnusable("answered with a web page (login or proxy?)"), TEMPO, "address", "login page"),
    (AnswerUnusable("answered with a web page (login or proxy?)"), KEY, "", "again later"),
    (AnswerLost("did not answer in time"), TEMPO, "", "Did not answer in time."),
    (ServiceFailed("the service failed (503)"), TEMPO, "", "again later"),
    (UsageError("the token has characters that no token has"), TEMPO, "secret", "Paste it again"),
    (UsageError("the JSESSIONID is missing"), COOKIE, "session", "from the browser"),
    (UsageError("an API key needs the option realm"), KEY, "realm", "My Company"),
    (UsageError("a log-in needs the option user"), LOGIN, "user", "A log-in"),
    (UsageError("'PROG 1' is no box id"), BOXES, "limits", "PROG-1"),
    (UsageError("'x y' is no calendar id"), CALENDARS, "limits", "number"),
    (UsageError("there is a connection called tempo already"), TEMPO, "name", "another name"),
    (SecretError("the keyring did not answer", advice="Look whether it is running."), TEMPO, "", "running"),
]


@pytest.mark.parametrize(("error", "connection", "field", "words"), CASES, ids=str)
def test_a_failure_is_said_where_it_can_be_mended(
    error: PlannerError, connection: Connection, field: str, words: str
) -> None:
    faults = faults_of(error, connection)
    assert list(faults) == [field]
    assert words in faults[field]
    assert faults[field][0].isupper() or not faults[field][0].isalpha()
    assert faults[field].endswith(".")
    assert "--" not in faults[field]  # no advice for a command line


def test_the_sentences_differ() -> None:
    said = {faults_of(error, connection)[field] for error, connection, field, _ in CASES}
    assert len(said) == len(CASES)


def test_ids_that_are_not_there_are_named_and_others_are_not() -> None:
    gone = Check(warnings=("Calendar 99 is not one of the token's.", "2 calendars were not understood."))
    assert missing_limits(gone, CALENDARS) == {
        "limits": "Calendar 99 is not one of the token's. Take it out, or check its id."
    }
    assert missing_limits(Check(warnings=("box PROG-77: does not exist there (404)",)), BOXES)
    assert missing_limits(Check(warnings=("box PROG-770: does not exist there (404)",)), BOXES) == {}
    assert missing_limits(Check(), CALENDARS) == {}
