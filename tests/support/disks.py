"""Disks that are full."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 2**20


@contextmanager
def disk_of(size):
    """Let no file become larger than some bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Replace a folder by a disk of a megabyte where allowed (to root); else leave the folder."""
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder],
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def room_of(size: int, disk: Path) -> Iterator[None]:
    """Leave so many bytes free on a small disk; on a large one, limit each file's size to it."""
    if not disk.is_mount():
        with disk_of(size):
            yield
        return
    there = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(bytes(there.f_bavail * there.f_frsize - size))
    try:
        yield
    finally:
        filler.unlink()
