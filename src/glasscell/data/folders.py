"""A folder, or a pattern such as walks/*.csv: the files of one series each it stands for, and what their names say."""

import filecmp
import glob
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from glasscell.data.formats.sources import PACKED_ENDINGS
from glasscell.data.sentences import Reading
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.system.files import is_pattern

ENDINGS = {".csv", ".tsv", ".tab", ".txt", ".dat", ".parquet", ".pq", ".feather", ".arrow", ".jsonl", ".ndjson",
           ".json", ".xlsx"}  # fmt: skip
ABOUT = re.compile(r"(read[_ -]?me|notes?|licen[cs]e|changelog|about|copying)\.(txt|dat)", re.I)  # and no series
NUMBERED = re.compile(r"(.*?[^\W\d_])[\W_]*\d+(?:[\W_]+\d+)*\)?", re.S)
PARTS = {"train", "training", "test", "testing", "valid", "validation", "val", "dev", "eval", "holdout"}
MOST = 0.75  # of the names, that give a label: then the others are odd
WORD = r"(?:copy|kopie|copie|copia|kopia)"
AFTER = re.compile(rf"(.+?)(?: ?\(\d+\)| ?\({WORD}(?: ?\d+)?\)|[ _-]+{WORD}(?: ?\(\d+\)| \d+)?)", re.I | re.S)
BEFORE = re.compile(rf"{WORD}(?: \(\d+\))? (?:of|von|de|di) (.+)", re.I | re.S)
SHOWN = 5  # copies


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
        What each file's name has before its number, or numbers, where there are several, at most half as many as files:
        labels. A copy has that of its original.
    parts : tuple of Path
        The folders, if all files lie in some that are called train, test or the like: parts of the data, no classes.
    odd : tuple of str
        Names without a number at their end, where most have one: for these alone there are no beginnings.
    copies : mapping of str to tuple
        Names of files that are copies by their names: of which other, and whether byte for byte.
    left_out : tuple of str
        Files that are no tables by their names: of other endings, or called as what is about them, as notes.txt is.
    """

    name: str
    files: tuple[Path, ...]
    ids: tuple[str, ...]
    folders: tuple[str, ...] | None
    beginnings: tuple[str, ...] | None
    left_out: tuple[str, ...]
    parts: tuple[Path, ...] = ()
    odd: tuple[str, ...] = ()
    copies: Mapping[str, tuple[str, bool]] = field(default_factory=dict)


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
        raise DataError(Reading.NO_TABLES if seen else Reading.NO_FILES, n=len(seen))
    top = os.path.commonpath([file.parent for file in files])
    places = [file.relative_to(top) for file in files]
    ids = tuple(bare_name(place.as_posix()) for place in places)
    if len(set(ids)) < len(ids):
        twice = next(id for id in ids if ids.count(id) > 1)
        raise DataError(Reading.SAME_NAME_BUT_ENDING, name=twice)
    folders, parts = tuple(place.parent.name for place in places), _parts(Path(top), places)
    are_labels = all(folders) and len(set(folders)) > 1 and not are_parts(folders)
    beginnings, odd = _beginnings([id.rpartition("/")[2] for id in ids])
    return Folder(
        name or "files",
        tuple(files),
        ids,
        folders if are_labels else None,
        beginnings,
        tuple(sorted(file.name for file in set(seen) - set(files))),
        parts,
        odd,
        _copies(files, ids),
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


def are_parts(folders: Iterable[str]) -> bool:
    """Return whether all of these folders are called as parts of data are: train, test and the like.

    >>> are_parts(["Train", "test"]), are_parts(["train", "walk"])
    (True, False)
    """
    return all(folder.lower() in PARTS for folder in folders)


def _parts(top: Path, places: list[Path]) -> tuple[Path, ...]:
    """Return the folders that are parts of the data, on the level where all are."""
    for depth in range(1, min(len(place.parts) for place in places)):
        folders = sorted({place.parents[-depth - 1] for place in places})
        if len({folder.name.lower() for folder in folders}) > 1 and are_parts(folder.name for folder in folders):
            return tuple(top / folder for folder in folders)
    return ()


def _beginnings(names: list[str]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Return what names have before their last numbers, if these are labels; if they only would be, who has none."""
    found = [_beginning(name) for name in names]
    labels = [label for label in found if label is not None]
    if not 1 < len(set(labels)) <= len(labels) / 2:
        return None, ()
    if len(labels) == len(names):
        return tuple(labels), ()
    odd = tuple(name for name, label in zip(names, found, strict=True) if label is None)
    return None, odd if len(labels) >= MOST * len(names) else ()


def _beginning(name: str) -> str | None:
    original = original_of(name)
    found = NUMBERED.fullmatch(original) if original is not None else None
    found = found or NUMBERED.fullmatch(name)
    return None if found is None else found[1]


def _copies(files: list[Path], ids: tuple[str, ...]) -> dict[str, tuple[str, bool]]:
    by_id, found = dict(zip(ids, files, strict=True)), {}
    for id, file in by_id.items():
        folder, slash, name = id.rpartition("/")
        original = original_of(name)
        if original is not None and (other := by_id.get(folder + slash + original)) is not None:
            found[file.name] = (other.name, filecmp.cmp(file, other, shallow=False))
    return found


def original_of(name: str) -> str | None:
    """Return the name of the file that another is a copy of, by its name without its ending; None if it is none.

    >>> [original_of(name) for name in ("walk_1 (1)", "walk_1 - Copy (2)", "Kopie von walk_1", "walk_1")]
    ['walk_1', 'walk_1', 'walk_1', None]
    """
    found = BEFORE.fullmatch(name) or AFTER.fullmatch(name)
    return None if found is None else original_of(found[1]) or found[1]


def about_parts(folder: Folder) -> Iterator[Note]:
    """Give the warning that all parts of the data were read as one, where folders are called so.

    >>> list(about_parts(Folder("walks", (), (), None, None, ())))
    []
    """
    if not folder.parts:
        return
    by_name = {part.name.lower(): part for part in folder.parts}
    train = next((part for name, part in by_name.items() if name.startswith("train")), None)
    test = next((part for name, part in by_name.items() if name.startswith(("test", "eval", "hold"))), None)
    valid = next((part for name, part in by_name.items() if name.startswith(("val", "dev"))), None)
    test, valid = test or valid, valid if test else None
    how = train and Reading.TRAIN_ON(
        train=train,
        valid=Reading.VALID(folder=valid) if valid else None,
        test=Reading.EVALUATE(folder=test) if test else None,
    )
    yield Reading.PARTS.warning(folders=[part.name for part in folder.parts], how=how)


def about_copies(folder: Folder) -> Iterator[Note]:
    """Give a warning for the files that are copies of others by their names.

    >>> copies = {"a_1 (1).csv": ("a_1.csv", True)}
    >>> list(about_copies(Folder("walks", (), (), None, None, (), copies=copies)))
    ["'a_1 (1).csv' is a byte-for-byte copy of 'a_1.csv', and both count; delete one of them"]
    """
    for name, (original, is_same) in list(folder.copies.items())[:SHOWN]:
        yield (Reading.COPY if is_same else Reading.COPY_BY_NAME).warning(name=name, original=original)
    if len(folder.copies) > SHOWN:
        yield Reading.MORE_COPIES.warning(n=len(folder.copies) - SHOWN)


def about_odd(folder: Folder) -> Iterator[Note]:
    """Give the warning that some names keep the others' beginnings from being labels.

    >>> for warning in about_odd(Folder("walks", (), ("a_1", "a_2", "b_1", "b_x"), None, None, (), odd=("b_x",))):
    ...     print(str(warning)[:95])
    no labels are read from the file names, because 'b_x' does not end in a number, unlike 3 others
    """
    if folder.odd:
        others = len(folder.ids) - len(folder.odd)
        yield Reading.NAMES_WITHOUT_LABELS.warning(names=folder.odd, first=folder.odd[0], others=others)
