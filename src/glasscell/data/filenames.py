"""What names of files and folders say that is probably not meant: parts of data, copies, some names without labels."""

from collections.abc import Iterator

from glasscell.data.folders import Folder
from glasscell.data.quoting import list_names

NAMES = 5  # of files, in a sentence


def about_parts(folder: Folder) -> Iterator[str]:
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
    how = f": glasscell train {train}{f' --valid {valid}' if valid else ''}" if train else ""
    how += f", then glasscell evaluate RUN {test}" if train and test else ""
    yield (
        f"the folders {list_names(repr(part.name) for part in folder.parts)} are by their names parts of the data, not "
        f"classes, and are read as one; train on one, and measure on another{how}"
    )


def about_copies(folder: Folder) -> Iterator[str]:
    """Give a warning for the files that are copies of others by their names.

    >>> copies = {"a_1 (1).csv": ("a_1.csv", True)}
    >>> list(about_copies(Folder("walks", (), (), None, None, (), copies=copies)))
    ["'a_1 (1).csv' is a copy of 'a_1.csv', byte for byte: leave it out, else it counts twice"]
    """
    for name, (original, is_same) in list(folder.copies.items())[:NAMES]:
        if is_same:
            yield f"{name!r} is a copy of {original!r}, byte for byte: leave it out, else it counts twice"
        else:
            yield f"{name!r} is by its name a copy of {original!r}, though not byte for byte: leave one of them out"
    if len(folder.copies) > NAMES:
        yield f"{len(folder.copies) - NAMES} more files are copies of others by their names"


def about_odd(folder: Folder) -> Iterator[str]:
    """Give the warning that some names keep the others' beginnings from being labels.

    >>> for warning in about_odd(Folder("walks", (), ("a_1", "a_2", "b_1", "b_x"), None, None, (), odd=("b_x",))):
    ...     print(warning[:88])
    no labels are read from the files' names: 'b_x' does not end in a number, as 3 others do
    """
    if folder.odd:
        do, it = ("does", "it") if len(folder.odd) == 1 else ("do", "them")
        yield (
            f"no labels are read from the files' names: {list_names(map(repr, folder.odd), NAMES)} {do} not end in a "
            f"number, as {len(folder.ids) - len(folder.odd)} others do; rename {it} ({folder.odd[0]}_1), or move {it} "
            "out of the folder"
        )
