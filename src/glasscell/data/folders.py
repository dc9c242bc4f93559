"""A folder, or a pattern such as walks/*.csv: the files of one series each it stands for, and what their names say."""

import glob
import os
import re
from dataclasses import dataclass
from pathlib import Path

from glasscell.data.formats.sources import PACKED_ENDINGS
from glasscell.errors import DataError
from glasscell.system.files import is_pattern

ENDINGS = {".csv", ".tsv", ".tab", ".txt", ".dat", ".parquet", ".pq", ".feather", ".arrow", ".jsonl", ".ndjson",
           ".json", ".xlsx"}  # fmt: skip
ABOUT = re.compile(r"(read[_ -]?me|notes?|licen[cs]e|changelog|about|copying)\.(txt|dat)", re.I)  # and no series
NUMBERED = re.compile(r"(.*?[^\W\d_])[\W_]*\d+", re.S)


@dataclass(frozen=True)
class Folder:
    """Files of one series each.

    Parameters
    ----------
    name : str
    files : tuple of Path
        Sorted.
    ids : tuple of str
        Of the series: the files' names without endings, with the folders that are not the same for all.
    folders : tuple of str, or None
        The name of each file's folder, where these differ: labels.
    beginnings : tuple of str, or None
        What each file's name has before a number, where there are several, at most half as many as files: labels.
    left_out : tuple of str
        Files that are no tables by their names: of other endings, or called as what is about them, as notes.txt is.
    """

    name: str
    files: tuple[Path, ...]
    ids: tuple[str, ...]
    folders: tuple[str, ...] | None
    beginnings: tuple[str, ...] | None
    left_out: tuple[str, ...]


def list_folder(path: str | Path) -> Folder:
    r"""List the files that a folder or a pattern stands for; those whose names begin with a dot are passed over.

    Raises
    ------
    DataError
        If none of them is a table by its ending.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name in ("walk_1.csv", "walk_2.csv", "run_1.csv", "run_2.csv"):
    ...     _ = (folder / name).write_text("t,x\n0,1.5\n1,2.5\n")
    >>> found = list_folder(folder)
    >>> found.ids, found.beginnings
    (('run_1', 'run_2', 'walk_1', 'walk_2'), ('run', 'run', 'walk', 'walk'))
    """
    if is_pattern(path):
        found = [Path(file) for file in glob.glob(str(path), recursive=True)]  # noqa: PTH207
        name = os.path.basename(re.split(r"[*?\[]", str(path))[0].rstrip("/\\_-."))  # noqa: PTH119
    else:
        found = [Path(at, name) for at, _, names in os.walk(path) for name in names]
        name = Path(path).absolute().name
    seen = [file for file in found if file.is_file() and not file.name.startswith(".")]
    files = sorted((file for file in seen if _ending(file) in ENDINGS), key=lambda file: file.parts)
    files = [file for file in files if not ABOUT.fullmatch(file.name)] or files
    if not files:
        of = f"{len(seen)} files, none of which is a table by its name" if seen else "no files"
        raise DataError(f"stands for {of}; expected files of one series each, such as walk_01.csv")
    top = os.path.commonpath([file.parent for file in files])
    places = [file.relative_to(top) for file in files]
    ids = tuple(bare_name(place.as_posix()) for place in places)
    if len(set(ids)) < len(ids):
        twice = next(id for id in ids if ids.count(id) > 1)
        raise DataError(f"two files are called {twice!r} but for their endings; rename one, or name a pattern (*.csv)")
    folders = tuple(place.parent.name for place in places)
    return Folder(
        name or "files",
        tuple(files),
        ids,
        folders if all(folders) and len(set(folders)) > 1 else None,
        _beginnings([id.rpartition("/")[2] for id in ids]),
        tuple(sorted(file.name for file in set(seen) - set(files))),
    )


def bare_name(file: str) -> str:
    """Return a file's name without the endings of tables and packed files.

    >>> bare_name("walks/01.5_s.csv.gz"), bare_name("01.5")
    ('walks/01.5_s', '01.5')
    """
    for endings in (PACKED_ENDINGS, ENDINGS):
        stem, dot, ending = file.rpartition(".")
        file = stem if stem and dot + ending.lower() in endings else file
    return file


def _ending(file: Path) -> str:
    endings = [ending.lower() for ending in file.suffixes]
    return next((ending for ending in reversed(endings) if ending not in PACKED_ENDINGS), "")


def _beginnings(names: list[str]) -> tuple[str, ...] | None:
    found = [NUMBERED.fullmatch(name) for name in names]
    labels = tuple(one[1] for one in found if one)
    return labels if len(labels) == len(names) and 1 < len(set(labels)) <= len(labels) / 2 else None
