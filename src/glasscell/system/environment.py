"""The environment of a result: versions, machine, git commit; and the silencing of native code."""

import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from glasscell.system.threads import count_cores

PACKAGES = ("glasscell", "tensorflow", "keras", "numpy", "scikit-learn", "pandas", "matplotlib")


def describe() -> dict[str, Any]:
    """Return versions, processor, cores and git commit, without importing TensorFlow.

    >>> sorted(describe())
    ['cores', 'cpu', 'cpu_features', 'git_commit', 'platform', 'python', 'versions']
    """
    import numpy as np  # here because `glasscell --help` needs no NumPy

    return {
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
        "platform": platform.platform(),
        "cpu": _cpu_name(),
        "cpu_features": np.show_config(mode="dicts").get("SIMD Extensions", {}).get("found", []),  # pyright: ignore
        "cores": count_cores(),
        "git_commit": _git_commit(),
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None  # TensorFlow may be installed under another name


def _cpu_name() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _git_commit() -> str | None:
    """Return the commit of the working directory; None without git or a repository."""
    try:
        run = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout.strip() if run.returncode == 0 else None


@contextmanager
def silence() -> Iterator[None]:
    """Suppress what native code writes to stderr; exceptions report what matters.

    >>> with silence():
    ...     _ = os.write(2, b"what nobody asked for")
    """
    stderr, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
