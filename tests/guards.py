"""What turns a surprise into a failure: stray connections, unexpected log records, threads left behind.

The root conftest.py installs these around every test. Nothing here knows the program.
"""

import ipaddress
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# RFC 2606 and RFC 6761: names that never exist. A test may ask for one to see what "unknown host" does.
RESERVED_NAMES = (".invalid", ".test", ".example", "example.com", "example.org", "example.net")


def is_local(host: object) -> bool:
    """True for a loopback address or `localhost`; everything else would leave this machine."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return text.endswith(".localhost")


class NetworkGuard:
    """Refuses every connection and every name look-up that is not for this machine, and remembers it.

    The program may swallow the refusal; `strays` still holds it, and the test fails at its end.
    """

    def __init__(self) -> None:
        self.strays: list[str] = []
        self._undo: list[Callable[[], None]] = []

    def install(self) -> None:
        """Guard `connect`, `connect_ex`, `sendto` and `getaddrinfo` of this process until `remove`."""
        for name in ("connect", "connect_ex"):
            self._replace(socket.socket, name, self._guarded_connect)
        self._replace(socket.socket, "sendto", self._guarded_sendto)
        self._replace(socket, "getaddrinfo", self._guarded_look_up)

    def remove(self) -> None:
        """Put the real functions back."""
        while self._undo:
            self._undo.pop()()

    def _replace(self, owner: Any, name: str, guard: Callable[[Any], Any]) -> None:
        inherited = name not in vars(owner)
        real = getattr(owner, name)
        setattr(owner, name, guard(real))
        self._undo.append(lambda: delattr(owner, name) if inherited else setattr(owner, name, real))

    def _check(self, family: int, address: Any, what: str) -> None:
        if family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
            self.strays.append(f"{what} {address[0]}:{address[1]}")
            raise OSError(f"the tests' network guard refused {what} {address[0]}")

    def _guarded_connect(self, real: Any) -> Any:
        def connect(sock: socket.socket, address: Any) -> Any:
            self._check(sock.family, address, "connection to")
            return real(sock, address)

        return connect

    def _guarded_sendto(self, real: Any) -> Any:
        def sendto(sock: socket.socket, *arguments: Any) -> Any:
            self._check(sock.family, arguments[-1], "datagram to")
            return real(sock, *arguments)

        return sendto

    def _guarded_look_up(self, real: Any) -> Any:
        def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
            if host in ("localhost", b"localhost"):
                host = "127.0.0.1"  # a bare machine without /etc/hosts would ask its name server
            if is_local(host) or _is_address(host):
                return real(host, *arguments, **options)
            name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
            if not name.rstrip(".").endswith(RESERVED_NAMES):
                self.strays.append(f"look-up of {name}")
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        return getaddrinfo


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True


class LogExpectation(logging.Handler):
    """Collects records of WARNING and above; those that no test announced make the test fail."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self._expected: list[tuple[str, re.Pattern[str]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def expect(self, logger: str, pattern: str) -> None:
        """Announce records of `logger` or below it whose message matches `pattern` (`re.search`)."""
        self._expected.append((logger, re.compile(pattern)))

    def problems(self) -> list[str]:
        """Records that nobody announced, and announcements that no record met."""
        met: set[int] = set()
        problems = []
        for record in self.records:
            message = record.getMessage()
            hits = [
                number
                for number, (logger, pattern) in enumerate(self._expected)
                if (record.name == logger or record.name.startswith(logger + ".")) and pattern.search(message)
            ]
            met.update(hits)
            if not hits:
                problems.append(f"unexpected log record {record.levelname} {record.name}: {message}")
        for number, (logger, pattern) in enumerate(self._expected):
            if number not in met:
                problems.append(f"expected log record never came: {logger}: {pattern.pattern}")
        return problems


@contextmanager
def watched_log() -> Iterator[LogExpectation]:
    """A `LogExpectation` on the root logger for the length of the block."""
    expectation = LogExpectation()
    root = logging.getLogger()
    root.addHandler(expectation)
    try:
        yield expectation
    finally:
        root.removeHandler(expectation)


def left_over_threads(before: set[threading.Thread]) -> list[str]:
    """Names of the non-daemon threads that started since `before` and do not end within a second."""
    extra = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in extra:
        thread.join(1.0)
    return [thread.name for thread in extra if thread.is_alive()]
