"""What the smoke test reads and writes as JSON, and its pictures, on the machine that runs it: the root has no Python.

connections SANDBOX SCRIPT     the sandbox's first line as `planner-gui connect` calls
port SANDBOX                   the port that it serves on
leave EXPORT EDITS             a file of edits: a leave for the first person with an account in `bigpicture`
sent EDITS EXPORT CHANGES      ends with 1 unless the export holds that leave and no change is pending
    picture XWD PNG                the screen of an Xvfb, as PNG
"""

from __future__ import annotations

import json
import shlex
import struct
import sys
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

START, END = "2027-03-01", "2027-03-03"


def entries(sandbox: str) -> list[dict[str, Any]]:
    first = Path(sandbox).read_text(encoding="utf-8").splitlines()[0]
    found: list[dict[str, Any]] = json.loads(first)["connections"]
    return found


def connections(sandbox: str, script: str) -> None:
    lines = ["set -e"]
    for entry in entries(sandbox):
        options = [word for key, value in entry["options"].items() for word in ("--option", f"{key}={value}")]
        call = [
            "planner-gui",
            "connect",
            "plan",
            entry["kind"],
            "--name",
            entry["name"],
            "--url",
            entry["url"],
            *options,
        ]
        lines.append(f"printf '%s\\n' {shlex.quote(entry['secret'])} | {shlex.join(call)}")
    Path(script).write_text("\n".join(lines) + "\n", encoding="utf-8")


def port(sandbox: str) -> None:
    print(urlsplit(entries(sandbox)[0]["url"]).port)


def leave(export: str, edits: str) -> None:
    plan = json.loads(Path(export).read_text(encoding="utf-8"))
    busy = {item["person"] for item in plan["items"] if item["kind"] == "absence" and item["end"] >= START}
    person = next(one for one in plan["people"] if "bigpicture" in one["accounts"] and one["id"] not in busy)
    fields = {"person": person["id"], "start": START, "end": END, "type": "HOLIDAY", "percent": 100, "comment": ""}
    new = {"do": "create", "kind": "absence", "connection": "bigpicture", "fields": fields}
    document = {"format": "planner-gui/edits", "version": 1, "edits": [new]}
    Path(edits).write_text(json.dumps(document), encoding="utf-8")


def sent(edits: str, export: str, changes: str) -> None:
    wanted = json.loads(Path(edits).read_text(encoding="utf-8"))["edits"][0]["fields"]
    items = json.loads(Path(export).read_text(encoding="utf-8"))["items"]
    found = [
        item
        for item in items
        if item["kind"] == "absence"
        and item["connection"] == "bigpicture"
        and all(item[key] == wanted[key] for key in ("person", "start", "end"))
    ]
    if [item["pending"] for item in found] != [None]:
        sys.exit(f"the leave is not in the plan once, sent: {found}")
    states = [change["state"] for change in json.loads(Path(changes).read_text(encoding="utf-8"))["changes"]]
    if states != ["done"]:
        sys.exit(f"the change is not done: {states}")


def picture(screen: str, file: str) -> None:
    data = Path(screen).read_bytes()
    words = struct.unpack(">25I", data[:100])
    width, height, line, colours = words[4], words[5], words[12], words[19]
    pixels = memoryview(data)[words[0] + 12 * colours :]
    rows = bytearray()
    for top in range(0, line * height, line):
        row = bytearray(3 * width)
        for channel, place in enumerate((2, 1, 0)):  # the screen keeps blue first
            row[channel::3] = pixels[top + place : top + 4 * width : 4]
        rows += b"\0" + row

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")
    Path(file).write_bytes(b"\x89PNG\r\n\x1a\n" + packed)


if __name__ == "__main__":
    {"connections": connections, "port": port, "leave": leave, "sent": sent, "picture": picture}[sys.argv[1]](
        *sys.argv[2:]
    )
