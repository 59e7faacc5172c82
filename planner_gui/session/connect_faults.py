"""What went wrong while connecting, as a sentence at the field where it can be mended; "" is no field of the form.

Pure: errors in, words out. The fields are those of the wizard: address, secret, session, user, realm, limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner_gui.domain.errors import (
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
    SourceError,
    UsageError,
)
from planner_gui.sources.base import Check, Connection

ADDRESS, SECRET, SESSION, USER, REALM, LIMITS, NOWHERE = (
    "address",
    "secret",
    "session",
    "user",
    "realm",
    "limits",
    "",
)
LIMIT_OPTIONS = ("boxes", "teams", "calendars", "projects")
_WHOLE = "Is it whole, of this service, and not expired or revoked? Make a new one where in doubt."
_PROXY = "Check the proxy under File, Connections, Network, or ask IT; automatic proxy scripts (PAC) are not supported."


def faults_of(error: PlannerError, connection: Connection) -> dict[str, str]:
    """By field, in words, why a connection could not be made."""
    field = NOWHERE
    words = _sentence(error.what, error.advice)
    match error:
        case UsageError():
            field, words = _of_usage(error)
        case OriginRefused():
            field, words = _of_origin(error)
        case CredentialRefused():
            field, words = SECRET, _of_credential(error, connection)
        case Forbidden():
            field, words = SECRET, _sentence(f"the token is right, but {error.what}", "Ask the administrator for it.")
        case NotFound() | NotOffered():
            field, words = _of_missing(error, connection)
        case ProxyFailed():
            words = _sentence(error.what, _PROXY)
        case CertificateRefused():
            words = _sentence(error.what, error.advice)
        case NotSent() if connection.url or "cloud-manager" in connection.options:
            field, words = ADDRESS, _sentence(error.what, "Check the address and the network.")
        case NotSent():
            words = _sentence(error.what, "Check the network, then test again.")
        case AnswerUnusable() if connection.url:
            advice = "Check the address, and whether a login page or a proxy stands in between."
            field, words = ADDRESS, _sentence(error.what, advice)
        case SourceError():
            words = _sentence(error.what, "Test again later.")
    return {field: words}


def missing_limits(check: Check, connection: Connection) -> dict[str, str]:
    """What a passed check says of ids that were chosen and are not there, {} where all are."""
    limits = {
        entry.strip() for option in LIMIT_OPTIONS for entry in connection.options.get(option, "").split(",") if entry
    }
    found = [line for line in check.warnings if any(limit and _names(line, limit) for limit in limits)]
    if not found:
        return {}
    return {LIMITS: f"{' '.join(_sentence(line, '') for line in found)} Take it out, or check its id."}


def _names(line: str, limit: str) -> bool:
    words = line.replace(":", " ").replace(",", " ").replace(".", " ").casefold().split()
    return limit.casefold() in words


def _of_usage(error: UsageError) -> tuple[str, str]:
    what = error.what
    places: tuple[tuple[str, str, Callable[[], str]], ...] = (
        ("JSESSIONID", SESSION, lambda: "Copy its value anew from the browser, without what stands around it."),
        ("token", SECRET, lambda: "Paste it again, without blanks or line breaks."),
        ("realm", REALM, lambda: "BigTime shows it under My Company, Company Info."),
        ("option user", USER, lambda: ""),
        ("box id", LIMITS, lambda: "A box id looks like PROG-1."),
        ("calendar id", LIMITS, lambda: "A calendar id is a number such as 12."),
        ("needs an address", ADDRESS, lambda: "Give the address of your Jira."),
        ("cloud-manager", ADDRESS, lambda: "Give it whole: https://HOST/cloudmanager/bigpicture/where-am-i."),
        ("called", "name", lambda: "Choose another name."),
    )
    for word, field, advice in places:
        if word in what:
            return field, _sentence(what, advice())
    return NOWHERE, _sentence(what, "")


def _of_origin(error: OriginRefused) -> tuple[str, str]:
    if error.subject == "the address":
        return ADDRESS, _sentence(f"the address {error.what}", error.advice)
    if error.subject == "where-am-i":
        advice = "If your administrator confirms that place, enter its whole where-am-i address here."
        return ADDRESS, _sentence(error.what, advice)
    return ADDRESS, _sentence(error.what, "Use the address that it leads to, if it is your company's.")


def _of_credential(error: CredentialRefused, connection: Connection) -> str:
    given: Mapping[str, str] = connection.options
    advice = _WHOLE
    match connection.kind:
        case "tempo-cloud":
            advice = f"{_WHOLE} A token of another region is refused like a wrong one: see the region in step 1."
        case "tempo" if given.get("user"):
            advice = "Check user name and password. After some failed log-ins Jira wants a CAPTCHA: log in there once."
        case "bigtime" if given.get("auth") == "session":
            advice = "Check user name, password and, where you gave one, the firm's ID."
        case "bigtime":
            advice = f"{_WHOLE} A wrong firm ID ({given.get('realm', '')}) is refused the same way: see step 1."
        case "bigpicture" if given.get("cookie") == "yes":
            advice = f"{_WHOLE} A session cookie that has ended is refused the same way."
        case "bigpicture" if given.get("flavour") == "server":
            advice = f"{_WHOLE} Some Jiras want a session cookie besides: see step 1."
    return _sentence(error.what, advice)


def _of_missing(error: SourceError, connection: Connection) -> tuple[str, str]:
    given = connection.options
    limits = next((given[option] for option in LIMIT_OPTIONS if given.get(option)), "")
    if limits and (error.subject.startswith("teams") or "teams" in error.what):
        return LIMITS, _sentence(f"{error.subject}: {error.what}", f"Check the ids: {limits}.")
    if connection.kind == "bigpicture" and error.subject == "boxes":
        words = (
            "This version does not list its boxes, or there is no BigPicture at this address. Give the ids of the "
            "boxes to read, or check the address in step 1."
        )
        return LIMITS, words
    return ADDRESS, _sentence(f"there is no such service at this address: {error.what}", "Check the address.")


def _sentence(what: str, advice: str) -> str:
    """What happened as a sentence, and what to do."""
    said = f"{what[:1].upper()}{what[1:]}".rstrip(".")
    return f"{said}. {advice}".strip()
