"""Writes the bill of materials of a bundle, CycloneDX 1.6: every shipped part, its version, licence and archive's hash.

    python packaging/sbom.py OUT

Made from what was installed (pip's report says which archives the lock's hashes let in) and what the bundle holds.
Says nothing that changes from one build of the same inputs to the next.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import parts


def bill(found: list[parts.Part], hashes: dict[str, str]) -> dict[str, Any]:
    """The document. `hashes`: a package's name to the SHA-256 of the archive that was installed."""
    ours = next(part for part in found if part.kind == "ours")
    others = [_component(part, hashes) for part in found if part.kind != "ours"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**_component(ours, {}), "type": "application"}},
        "components": others,
        "dependencies": [{"ref": _reference(ours), "dependsOn": [one["bom-ref"] for one in others]}],
    }


def _component(part: parts.Part, hashes: dict[str, str]) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _reference(part),
        "name": part.name,
        "version": part.version,
        "licenses": [{"license": {"name": "see its copyright file"}}]
        if part.licence.startswith("LicenseRef")
        else [{"expression": part.licence}],
        "purl": _reference(part),
    }
    if part.name in hashes:
        component["hashes"] = [{"alg": "SHA-256", "content": hashes[part.name]}]
    return component


def _reference(part: parts.Part) -> str:
    place = {"debian": "deb/debian", "python": "generic", "ours": "generic"}.get(part.kind, "pypi")
    return f"pkg:{place}/{part.name}@{part.version.replace(':', '%3A').replace('+', '%2B')}"


def archive_hashes(report: Path) -> dict[str, str]:
    """From pip's installation report."""
    installed = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {
        parts.normal(one["metadata"]["name"]): one["download_info"]["archive_info"]["hashes"]["sha256"]
        for one in installed
    }


if __name__ == "__main__":
    out = Path(sys.argv[1])
    document = bill(parts.read(out), archive_hashes(out / "installed.json"))
    (out / "sbom.cdx.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
