"""The switchboard of things that can go wrong: which connection, which addresses, how often."""

from __future__ import annotations

from dataclasses import dataclass

ANSWERED = ("401", "403", "404", "405", "429", "500", "502", "503", "504", "html", "malformed", "slow")
LOST = ("lost", "late")  # of writes alone: a read has nothing to lose
PLACES = ("relocate", "old-base")
FAULTS = (*ANSWERED, *LOST, *PLACES, "none")


@dataclass(slots=True)
class Fault:
    """`path` is a part of the path with its query; `times` None means until cleared.

    `seconds` is how long "slow" waits, and how long after its answer "late" happens. "lost" happens at once; both are
    answered by a gateway that heard nothing (504).
    """

    connection: str
    fault: str
    path: str = ""
    times: int | None = None
    seconds: float = 5.0


class Faults:
    """The faults in force. `set` with "none" clears a connection's; `take` answers what happens to one request."""

    def __init__(self) -> None:
        self._in_force: list[Fault] = []

    def set(self, connection: str, fault: str, path: str = "", times: int | None = None, seconds: float = 5.0) -> None:
        """Adds a fault, raising ValueError for one that is not in FAULTS or never happens."""
        if fault not in FAULTS:
            raise ValueError(f"unknown fault {fault}: one of {', '.join(FAULTS)}")
        if times is not None and times < 1:
            raise ValueError("a fault happens at least once")
        if fault == "none":
            self._in_force = [known for known in self._in_force if known.connection != connection]
        else:
            self._in_force.append(Fault(connection, fault, path, times, seconds))

    def clear(self) -> None:
        """Everything works again."""
        self._in_force.clear()

    def take(self, connection: str, path: str, method: str = "GET") -> Fault | None:
        """The first fault of this connection that is for this path; one of its `times` is used up."""
        strikes = ANSWERED if method == "GET" else (*ANSWERED, *LOST)
        for fault in self._in_force:
            if fault.connection == connection and fault.path in path and fault.fault in strikes:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._in_force.remove(fault)
                return fault
        return None

    def holds(self, connection: str, fault: str) -> bool:
        """Whether a lasting state ("relocate", "old-base") is in force."""
        return any(known.connection == connection and known.fault == fault for known in self._in_force)
