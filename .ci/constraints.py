#!/usr/bin/env python3
"""Write constraints.txt, the versions with which tests passed, from `pip freeze` of each Python.

python3 .ci/constraints.py 3.10=FILE 3.13=FILE ...
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

frozen = dict(argument.split("=", 1) for argument in sys.argv[1:])
versions_of = defaultdict(dict)  # by package, then by Python
for python, path in frozen.items():
    for package, version in re.findall(
        r"^([\w.-]+)==(\S+)$", Path(path).read_text("utf-8"), re.MULTILINE
    ):
        versions_of[package.lower()][python] = version

lines = ["# Versions with which all tests passed, by Python; written by .ci/nightly"]
for package, by_python in sorted(versions_of.items()):
    if len(by_python) == len(frozen) and len(set(by_python.values())) == 1:
        lines.append(f"{package}=={by_python[next(iter(frozen))]}")
    else:
        lines += [
            f'{package}=={version}; python_version == "{python}"'
            for python, version in by_python.items()
        ]
Path(__file__).parent.with_name("constraints.txt").write_text("\n".join(lines) + "\n", "utf-8")
