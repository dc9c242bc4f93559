"""What names of files and folders say that is probably not meant, by codes."""

from pathlib import Path

from glasscell.data.folders import Folder, about_copies, about_parts
from glasscell.data.sentences import Reading


def folder(**more):
    return Folder("walks", (), (), None, None, (), **more)


def test_parts_of_data_are_named_with_how_to_use_them():
    parts = {name: Path("walks", name) for name in ("Train", "val", "test")}
    for names, valid, test in (
        (("Train", "val", "test"), Reading.VALID(folder=parts["val"]), "test"),
        (("Train", "val"), None, "val"),  # what there is beside training is measured on
        (("val", "test"), None, None),
    ):
        (found,) = about_parts(folder(parts=tuple(parts[name] for name in names)))
        of_test = test and Reading.EVALUATE(folder=parts[test])
        how = Reading.TRAIN_ON(train=parts["Train"], valid=valid, test=of_test) if "Train" in names else None
        assert found == Reading.PARTS.warning(folders=list(names), how=how)


def test_some_copies_are_named_and_the_others_counted():
    copies = {f"a_{k} (1).csv": (f"a_{k}.csv", k == 0) for k in range(7)}
    first, second, *_, last = about_copies(folder(copies=copies))
    assert first == Reading.COPY.warning(name="a_0 (1).csv", original="a_0.csv")
    assert second == Reading.COPY_BY_NAME.warning(name="a_1 (1).csv", original="a_1.csv")
    assert last == Reading.MORE_COPIES.warning(n=2)
