"""What kind of place a folder is: on this machine, on a network, writable or not (C10)."""

from __future__ import annotations

import os
import re
from pathlib import Path

# A write-ahead log needs memory shared by all who open the file, which file systems of these kinds do not give.
NETWORK_TYPES = frozenset(
    ("9p", "afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "gpfs", "lustre", "nfs", "nfs4", "smb3", "smbfs")
)
NETWORK_HELPERS = ("fuse.sshfs", "fuse.glusterfs", "fuse.davfs", "fuse.rclone", "fuse.s3fs", "fuse.gvfsd", "fuse.smb")


def read_mounts() -> str:
    """The mount table of Linux, "" elsewhere."""
    try:
        return Path("/proc/mounts").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def is_on_network(path: Path, mounts: str) -> bool:
    """Whether `path` lies on a network file system, by a mount table as in /proc/mounts, or is a UNC path."""
    if str(path).startswith(("\\\\", "//")):
        return True
    place = os.path.realpath(path)
    nearest, kind = "", ""
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), words[1])
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(nearest):  # a later mount hides an earlier one on the same point
            nearest, kind = point, words[2]
    return kind in NETWORK_TYPES or kind.startswith(NETWORK_HELPERS)


def is_writable(path: Path) -> bool:
    """Whether a database at `path` can be written: the file and, for its journal, the folder."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
