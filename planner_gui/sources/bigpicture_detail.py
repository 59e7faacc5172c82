"""More about one BigPicture task, asked for when it is opened: its boxes, fields and aggregations.

These four endpoints are documented for the seed's servers and absent from the newest index: 404, 405 and 410 mean that
this version does not offer the function, never that the connection failed (vendors.md 1.7; 5, BigPicture 10).
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from planner_gui.domain.errors import Forbidden, NotFound, NotOffered, RequestRefused
from planner_gui.sources.base import Detail
from planner_gui.sources.bigpicture_access import Access
from planner_gui.sources.decode import Fields, Unreadable, bare_text, listing

AGGREGATION = "MIN"  # the only value that the document kept [D]; MAX, SUM, AVG are usual and unproved [I]
MOST_AGGREGATIONS = 5  # requests for one opened task
MOST_FIELDS = 50
NOT_OFFERED = "not offered by this version"

Rows = tuple[tuple[str, str], ...]
Found = TypeVar("Found")

_NUMBER_TYPES = {"NUMBER", "NUMERIC", "INTEGER", "FLOAT", "DOUBLE", "DECIMAL"}


async def detail_of(access: Access, connection: str, raw: bytes, external_id: str) -> Detail:
    """The groups Boxes, Fields and Aggregations of the task `external_id`; none for an absence."""
    try:
        record = Fields(raw)
    except Unreadable:
        return Detail(())
    if record.has("absenceType", "percentageUnavailability"):
        return Detail(())
    return await _Task(access, connection, external_id).detail()


class _Task:
    def __init__(self, access: Access, connection: str, task: str) -> None:
        self._access = access
        self._connection = connection
        self._task = task  # "108", or a key such as "2@1@1034407": one segment either way (V6)

    async def detail(self) -> Detail:
        boxes = await _offered(self._boxes())
        definition = await _offered(self._definition())
        box = boxes[0][0] if isinstance(boxes, list) and boxes else ""
        fields = await _offered(self._selected(box, definition)) if box and isinstance(definition, list) else ()
        sums = await self._aggregations(box, definition if isinstance(definition, list) else [])
        in_boxes: Rows = tuple(boxes) if isinstance(boxes, list) else (("", boxes),)
        if isinstance(definition, str):
            in_fields: Rows = (("", definition),)
        else:
            in_fields = (("", fields),) if isinstance(fields, str) else tuple(fields)
        groups = (("Boxes", in_boxes), ("Fields", in_fields), ("Aggregations", sums))
        return Detail(tuple((name, rows) for name, rows in groups if rows))

    async def _boxes(self) -> list[tuple[str, str]]:
        """Id and name of each box: bare ids, or objects with boxId/id and boxName/name [I]."""
        body = await self._access.get("boxarea", "task", self._task, "boxes", subject=f"boxes of task {self._task}")
        rows = []
        for record in listing(body, "boxes", "boxIds", connection=self._connection).records:
            try:
                if box := bare_text(record):
                    rows.append((box, ""))
                    continue
                fields = Fields(record)
                rows.append((fields.required_text("boxId", "id"), fields.text("boxName", "name")))
            except Unreadable:
                rows.append(("", "not understood"))
        return rows

    async def _definition(self) -> list[tuple[str, str, str]]:
        """Id, name and type of every field of a box [I]."""
        body = await self._access.get("box", "field", "definition", subject="field definition")
        found = []
        for record in listing(body, "fields", connection=self._connection).records:
            try:
                fields = Fields(record)
                key = fields.required_text("fieldId", "id", "fieldName", "name")
                found.append((key, fields.text("fieldName", "name") or key, fields.text("type", "fieldType").upper()))
            except Unreadable:
                continue  # a field that cannot be named cannot be asked for
        return found

    async def _selected(self, box: str, definition: list[tuple[str, str, str]]) -> Rows:
        """Name and value of the box's fields. The body is a guess [I]: an object, on 400 a bare list."""
        ids: list[object] = [
            int(key) if key.isascii() and key.isdigit() else key for key, _, _ in definition[:MOST_FIELDS]
        ]
        path, subject = ("box", box, "selectedFields"), f"fields of box {box}"
        try:
            body = await self._access.get(*path, body={"fieldIds": ids}, subject=subject)
        except RequestRefused:
            body = await self._access.get(*path, body=ids, subject=subject)
        names = {key: name for key, name, _ in definition}
        rows = []
        for record in listing(body, "fields", "selectedFields", connection=self._connection).records:
            try:
                fields = Fields(record)
                key = fields.text("fieldId", "id")
                rows.append((fields.text("fieldName", "name") or names.get(key, key), _plain(fields.value("value"))))
            except Unreadable:
                rows.append(("", "not understood"))
        return tuple(rows)

    async def _aggregations(self, box: str, definition: list[tuple[str, str, str]]) -> Rows:
        """The aggregation of each number field; the global field "Story Points" where no definition is known [D]."""
        numbers = [(key, name) for key, name, kind in definition if kind in _NUMBER_TYPES][:MOST_AGGREGATIONS]
        rows = []
        for key, name in numbers or [("Story Points", "Story Points")]:
            value = await _offered(self._aggregation(key, box))
            rows.append((f"{AGGREGATION} of {name}", value))
            if value == NOT_OFFERED:
                return (("", NOT_OFFERED),)
        return tuple(rows)

    async def _aggregation(self, field: str, box: str) -> str:
        params = [("fieldId", field), ("aggregationType", AGGREGATION), *([("boxId", box)] if box else [])]
        path = ("boxarea", "task", self._task, "field", "aggregations")
        body = await self._access.get(*path, params=params, subject=f"aggregation of {field}")
        try:
            return _plain(_bare_value(body))
        except Unreadable as error:
            return f"not understood: {error}"


async def _offered(call: Awaitable[Found]) -> Found | str:
    """The result, or in words why there is none: the function is not offered, or the right is missing."""
    try:
        return await call
    except (NotFound, NotOffered):
        return NOT_OFFERED
    except Forbidden:
        return "you lack the right to see this"
    except RequestRefused as error:
        return f"refused: {error.detail or error.what}"


def _bare_value(body: bytes) -> object:
    """The value of an aggregation: `{"value": 12.5}`, in the envelope or not, or bare [I]."""
    # Looked at as the member of an object, so that what is bare is decoded by the same rules (V2, V3).
    value = Fields(b'{"value":' + (body.strip() or b"null") + b"}").value("value")
    while isinstance(value, dict):
        members = {name.lower(): member for name, member in value.items()}
        if "cargo" not in members and "value" not in members:
            raise Unreadable("value is missing")
        value = members.get("cargo", members.get("value"))
    return value


def _plain(value: object) -> str:
    """A field's value as text: the name of an object, the parts of a list."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return next((_plain(value[key]) for key in ("name", "displayName", "value", "id") if key in value), "")
        case list():
            return ", ".join(_plain(part) for part in value)
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
