"""A small assistive tool: reads another program's objects over AT-SPI and listens to where its focus goes.

It speaks D-Bus through jeepney and nothing else, so that what it reads is what a screen reader gets. The accessibility
bus is the private one of tests/desktop.py: asking for it starts it, and it ends with the session bus.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

Found = TypeVar("Found")

ANSWER_SECONDS = 20.0
POLL_SECONDS = 0.05

# Numbers of the AT-SPI protocol (atspi-constants.h).
FOCUSED, SELECTED, SHOWING = 12, 23, 25
ROOT = "/org/a11y/atspi/accessible/root"
REGISTRY = "org.a11y.atspi.Registry"
PROPERTIES = "org.freedesktop.DBus.Properties"


class NotSaid(AssertionError):
    """What was waited for did not come; the message tells what was there instead."""


@dataclass(frozen=True)
class Accessible:
    """One object of the program: where it lives on the bus. Everything is asked anew, nothing is remembered."""

    reader: Reader
    bus: str
    path: str

    @property
    def name(self) -> str:
        return str(self._get("Name"))

    @property
    def description(self) -> str:
        return str(self._get("Description"))

    @property
    def role(self) -> str:
        """The role in words: "list", "list item", "table cell", "label" ..."""
        return str(self._ask("GetRoleName")[0])

    @property
    def children(self) -> list[Accessible]:
        return [Accessible(self.reader, *each) for each in self._ask("GetChildren")[0]]

    @property
    def parent(self) -> Accessible:
        return Accessible(self.reader, *self._get("Parent"))

    @property
    def extents(self) -> tuple[int, int, int, int]:
        """x, y, width, height on the screen."""
        x, y, width, height = self._ask("GetExtents", "u", (0,), interface="org.a11y.atspi.Component")[0]
        return x, y, width, height

    @property
    def text(self) -> str:
        """What stands in it, of something that is typed into."""
        return str(self._ask("GetText", "ii", (0, -1), interface="org.a11y.atspi.Text")[0])

    @property
    def actions(self) -> list[str]:
        """What can be done with it, as it calls that itself."""
        found = self._ask("GetActions", interface="org.a11y.atspi.Action")[0]
        return [str(name) for name, _, _ in found]

    def do(self, action: str) -> None:
        """Do one of its actions."""
        assert self._ask("DoAction", "i", (self.actions.index(action),), interface="org.a11y.atspi.Action")[0]

    def has(self, state: int) -> bool:
        """Whether it is in a state: FOCUSED, SELECTED ..."""
        low, high = self._ask("GetState")[0]
        return bool((low | high << 32) >> state & 1)

    def all_inside(self) -> Iterator[Accessible]:
        """Everything below it, from the top; what vanishes meanwhile is passed over."""
        try:
            children = self.children
        except NotSaid:
            return
        for child in children:
            yield child
            yield from child.all_inside()

    def first(self, suits: Callable[[Accessible], bool]) -> Accessible | None:
        """The first object below it that suits; looks into no list, which may be long."""
        for child in self.children:
            if suits(child):
                return child
            found = child.first(suits) if child.role != "list" else None
            if found is not None:
                return found
        return None

    def find(self, role: str, name: Callable[[str], bool]) -> Accessible | None:
        """The first object below it with that role and a name that suits."""
        return self.first(lambda each: each.role == role and name(each.name))

    def _get(self, what: str) -> Any:
        words = ("org.a11y.atspi.Accessible", what)
        return self._ask("Get", "ss", words, interface=PROPERTIES)[0][1]

    def _ask(self, method: str, signature: str = "", body: tuple[Any, ...] = (), *, interface: str = "") -> Any:
        address = DBusAddress(self.path, self.bus, interface or "org.a11y.atspi.Accessible")
        return self.reader.ask(address, method, signature, body)


class Reader:
    """The assistive tool: turns accessibility on for the desktop, finds a program, hears its focus."""

    def __init__(self, session_bus: str) -> None:
        status = DBusAddress("/org/a11y/bus", "org.a11y.Bus", PROPERTIES)
        with open_dbus_connection(session_bus) as connection:
            bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            address = unwrap_msg(connection.send_and_get_reply(new_method_call(bus, "GetAddress"), timeout=30))[0]
            enabled = ("org.a11y.Status", "IsEnabled", ("b", True))
            unwrap_msg(connection.send_and_get_reply(new_method_call(status, "Set", "ssv", enabled), timeout=30))
        self._bus: DBusConnection = open_dbus_connection(address)
        self._heard: list[Message] = []
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="StateChanged")
        unwrap_msg(self._bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=ANSWER_SECONDS))
        registry = DBusAddress("/org/a11y/atspi/registry", REGISTRY, REGISTRY)
        self.ask(registry, "RegisterEvent", "sass", ("object:state-changed:focused", [], ""))

    def close(self) -> None:
        self._bus.close()

    def ask(self, address: DBusAddress, method: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
        """A method's answer. NotSaid where the other side refuses: the object is gone."""
        call = new_method_call(address, method, signature or None, body)
        serial = next(self._bus.outgoing_serial)
        self._bus.send(call, serial=serial)
        while True:
            message = self._bus.receive(timeout=ANSWER_SECONDS)
            if message.header.fields.get(HeaderFields.reply_serial) != serial:
                self._keep(message)
            elif message.header.message_type is MessageType.error:
                raise NotSaid(f"{method} of {address.object_path}: {message.body}")
            else:
                return message.body

    def _keep(self, message: Message) -> None:
        if message.header.message_type is MessageType.signal and message.body[:1] == ("focused",) and message.body[1]:
            self._heard.append(message)

    def program(self, pid: int, seconds: float) -> Accessible:
        """The root object of a process's program, once it is there."""
        root = Accessible(self, REGISTRY, ROOT)
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")

        def found() -> Accessible | None:
            for each in root.children:
                if self.ask(bus, "GetConnectionUnixProcessID", "s", (each.bus,))[0] == pid:
                    return each
            return None

        return until(found, seconds, f"the program {pid} on the accessibility bus")

    def focus(self, suits: Callable[[Accessible], bool], seconds: float, what: str) -> Accessible:
        """The object that suits, once the program has told that it got the focus, and still says that it has it.

        What suits must be what the key leads to: on a busy machine earlier focus is told late, and more than once.
        """
        deadline = time.monotonic() + seconds
        heard: list[str] = []
        while True:
            while self._heard:
                signal = self._heard.pop(0).header.fields
                there = Accessible(self, signal[HeaderFields.sender], signal[HeaderFields.path])
                try:
                    if suits(there) and there.has(FOCUSED):
                        return there
                    heard.append(there.name)
                except NotSaid:  # gone meanwhile
                    continue
            left = deadline - time.monotonic()
            if left <= 0:
                raise NotSaid(f"no focus on {what} within {seconds:g} s; heard {heard}")
            try:
                self._keep(self._bus.receive(timeout=left))
            except TimeoutError:
                continue


def until(
    condition: Callable[[], Found | None], seconds: float, what: str, instead: Callable[[], object] = str
) -> Found:
    """What the condition finds, asked again and again; when time is up NotSaid, with what is there `instead`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = condition()
        except NotSaid:
            found = None
        if found:
            return found
        if time.monotonic() > deadline:
            raise NotSaid(f"waited {seconds:g} s for {what}; there is {instead()}")
        time.sleep(POLL_SECONDS)
