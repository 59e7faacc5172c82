"""A keyring asked so that it cannot lie: written, read back and compared (A1), its errors in words (A4).

Which keyring, and for how long to wait for it, is `accounts`'. May block: never called on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from planner_gui.domain.errors import SecretError


class Backend(Protocol):
    """What is used of a keyring back end."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class Vault:
    """One back end. limit: the characters it can keep. locked: see there."""

    def __init__(
        self, backend: Backend, name: str = "", *, limit: int | None = None, locked: Callable[[], bool] | None = None
    ) -> None:
        self._backend = backend
        self.name = name or type(backend).__module__
        self._limit = limit
        self._locked = locked

    def locked(self) -> bool | None:
        """Whether the next call will ask the user to unlock; None where only waiting tells."""
        try:
            return self._locked() if self._locked is not None else None
        except Exception:  # noqa: BLE001  (the call that follows meets the same trouble and says it)
            return None

    def get(self, service: str, user: str) -> str | None:
        """The secret, None where there is none. Raises SecretError."""
        try:
            found = self._backend.get_password(service, user)
        except Exception as error:
            raise _in_words("did not give a token", error) from error
        if found is not None and not isinstance(found, str):
            raise SecretError("the keyring gave something that is no text")
        return found

    def set(self, service: str, user: str, secret: str) -> None:
        """Store a secret, read it back and compare (A1). Raises SecretError."""
        if self._limit is not None and len(secret) > self._limit:
            raise SecretError(f"the token has {len(secret)} characters, this keyring keeps {self._limit}")
        try:
            self._backend.set_password(service, user, secret)
        except Exception as error:
            raise _in_words("did not keep the token", error) from error
        if self.get(service, user) != secret:
            raise SecretError("the keyring said yes and did not keep the token")

    def delete(self, service: str, user: str) -> None:
        """Remove a secret and look that it is gone; one that is not there is gone already. Raises SecretError."""
        if self.get(service, user) is None:
            return
        try:
            self._backend.delete_password(service, user)
        except Exception as error:
            raise _in_words("did not remove the token", error) from error
        if self.get(service, user) is not None:
            raise SecretError("the keyring said yes and did not remove the token")


def _in_words(what: str, error: Exception) -> SecretError:
    """Back ends raise KeyringError, their own errors, or the operating system's; none of their texts holds a secret,
    but none is for the user either: the kind of error is enough to look it up.
    """
    name = type(error).__name__
    if name in ("KeyringLocked", "LockedException", "PromptDismissedException"):
        return SecretError("the keyring is locked", advice="Unlock it and try again.")
    return SecretError(f"the keyring {what} ({name})")
