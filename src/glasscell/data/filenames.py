"""What names of files and folders say that is probably not meant: parts of data, copies, some names without labels."""

from collections.abc import Iterator

from glasscell.data.folders import Folder
from glasscell.data.sentences import Reading
from glasscell.facts import Note

NAMES = 5  # of files, in a sentence


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
    for name, (original, is_same) in list(folder.copies.items())[:NAMES]:
        if is_same:
            yield Reading.COPY.warning(name=name, original=original)
        else:
            yield Reading.COPY_BY_NAME.warning(name=name, original=original)
    if len(folder.copies) > NAMES:
        yield Reading.MORE_COPIES.warning(n=len(folder.copies) - NAMES)


def about_odd(folder: Folder) -> Iterator[Note]:
    """Give the warning that some names keep the others' beginnings from being labels.

    >>> for warning in about_odd(Folder("walks", (), ("a_1", "a_2", "b_1", "b_x"), None, None, (), odd=("b_x",))):
    ...     print(str(warning)[:95])
    no labels are read from the file names, because 'b_x' does not end in a number, unlike 3 others
    """
    if folder.odd:
        others = len(folder.ids) - len(folder.odd)
        yield Reading.NAMES_WITHOUT_LABELS.warning(names=folder.odd, first=folder.odd[0], others=others)
