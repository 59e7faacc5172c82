"""Every error a user can be told about, as one tree; a traceback is always a bug, never a message.

PlannerError                    what happened, to which object, and what to do (U6)
├── SourceError                 a service; `connection` names it
│   ├── NotSent                 provably nothing left this machine: DNS, refused, connect or TLS time-out
│   │   ├── CertificateRefused  the server's certificate is not trusted (N10)
│   │   └── ProxyFailed         the proxy refused or wants a login
│   ├── OriginRefused           an address outside the connection's origin (N1), a redirect (N2), a bad base URL (N3)
│   ├── CredentialRefused       401 (A7)
│   ├── Forbidden               403: the right is missing for this object, the token is fine
│   ├── NotFound                404 or 410
│   ├── NotOffered              405, or an endpoint this version of the service does not have
│   ├── RequestRefused          400, 409, 422 ...: the service says why in `detail`
│   ├── RateLimited             429 (or 503 with Retry-After); `retry_after` seconds (N9)
│   ├── ServiceFailed           5xx after the read retries (N8)
│   ├── AnswerLost              time-out, reset or deadline after bytes may have left (N4)
│   └── AnswerUnusable          a web page, a cut, oversized or malformed body (N5, N6, N7, V3)
├── StoreError                  a file of the workspace; `path` names it
│   ├── StoreDamaged            not a database, another application's, or broken (C2)
│   ├── StoreNewer              written by a newer version; no byte is changed (C4)
│   ├── StoreBusy               another window writes (C5)
│   └── StoreUnwritable         read-only, full or missing place (C10)
├── WorkspaceError              the folder, workspace.toml or its lock (K5)
├── EditRefused                 an edit that cannot be made as it stands; `faults` says why, by field
├── SecretError                 the keyring (A1 to A4)
└── UsageError                  the command line (exit code 2)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class PlannerError(Exception):
    """Something went wrong that the user can understand.

    what: one plain sentence part without a final stop; subject: the object it happened to ("" if none);
    advice: what to do ("" if nothing).
    """

    def __init__(self, what: str, *, subject: str = "", advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.subject = subject
        self.advice = advice

    @property
    def where(self) -> str:
        """Which service or file, "" where the error names none."""
        return ""

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.where, self.subject, self.what) if part)
        return f"{head}. {self.advice}" if self.advice else head


class SourceError(PlannerError):
    """A service did not do what was asked; `connection` is the connection's name as the user gave it."""

    def __init__(
        self, what: str, *, connection: str = "", subject: str = "", advice: str = "", detail: str = ""
    ) -> None:
        super().__init__(what, subject=subject, advice=advice)
        self.connection = connection
        self.detail = detail  # the service's own words, plain text, shortened; never markup (N7)

    @property
    def where(self) -> str:
        return self.connection


class NotSent(SourceError):
    """Nothing was sent: safe to try again."""


class CertificateRefused(NotSent):
    """The server's certificate is not trusted; there is no way to ignore it (N10)."""


class ProxyFailed(NotSent):
    """The proxy refused, is unreachable or wants a login."""


class OriginRefused(SourceError):
    """An address that is not the connection's own; nothing was sent there (N1, N2, N3, A5)."""


class CredentialRefused(SourceError):
    """401: the token is missing, wrong, expired or revoked (A7)."""


class Forbidden(SourceError):
    """403: the account lacks the right for this object; the token stays (A7)."""


class NotFound(SourceError):
    """404 or 410. page: a web page said so: the address may be wrong, which is no proof that an object is gone."""

    page = False


class NotOffered(SourceError):
    """The service, or this version of it, does not have the function."""


class RequestRefused(SourceError):
    """The service refused the request as invalid; `detail` holds its words."""


class RateLimited(SourceError):
    """The service asks to wait `retry_after` seconds (0 to 300, N9)."""

    def __init__(
        self, what: str, *, retry_after: float, connection: str = "", subject: str = "", advice: str = ""
    ) -> None:
        super().__init__(what, connection=connection, subject=subject, advice=advice)
        self.retry_after = retry_after


class ServiceFailed(SourceError):
    """5xx, after the retries of N8."""


class AnswerLost(SourceError):
    """The request left, its answer did not come back whole and in time (N4)."""


class AnswerUnusable(SourceError):
    """An answer came and cannot be used: a web page, too large, cut short, not JSON (N5, N6, N7, V3)."""


class StoreError(PlannerError):
    """A file of the workspace; `path` is the file."""

    def __init__(self, what: str, *, path: Path, advice: str = "") -> None:
        super().__init__(what, advice=advice)
        self.path = path

    @property
    def where(self) -> str:
        return str(self.path)


class StoreDamaged(StoreError):
    """Empty, not SQLite, another application's, or broken (C2)."""


class StoreNewer(StoreError):
    """Written by a newer version of the program (C4)."""


class StoreBusy(StoreError):
    """Locked by another window for longer than the busy time-out (C5)."""


class StoreUnwritable(StoreError):
    """The place is read-only, full or missing: changes cannot be kept (C10)."""


class WorkspaceError(PlannerError):
    """The workspace folder is missing, foreign, locked, or its workspace.toml cannot be used."""


class EditRefused(PlannerError):
    """An edit cannot be made as it stands, and nothing was changed.

    faults: words by the name of the field ("" for the item as a whole), for the dialog to show beside it.
    """

    def __init__(self, what: str, *, subject: str = "", advice: str = "", faults: Mapping[str, str]) -> None:
        super().__init__(what, subject=subject, advice=advice)
        self.faults = dict(faults)


class SecretError(PlannerError):
    """The keyring did not keep or give a secret (A1 to A4)."""


class UsageError(PlannerError):
    """The command line cannot be carried out as it stands (exit code 2)."""
