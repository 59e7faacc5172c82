"""What the smoke test must read or write as JSON, on the machine that runs it: the bare root has no Python.

connections SANDBOX SCRIPT     the sandbox's first line as `planner-gui connect` calls
port SANDBOX                   the port that it serves on
leave EXPORT EDITS             a file of edits: a leave for the first person with an account in `bigpicture`
sent EDITS EXPORT CHANGES      ends with 1 unless the export holds that leave and no change is pending
"""

from __future__ import annotations

import json
import shlex
import sys
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


if __name__ == "__main__":
    {"connections": connections, "port": port, "leave": leave, "sent": sent}[sys.argv[1]](*sys.argv[2:])
