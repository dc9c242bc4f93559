"""What a careful colleague would remark on in the data before any training.

N series · T time steps · D channels
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data import Sequences
from glasscell.data.belonging import about_groups
from glasscell.data.channels import are_numbered
from glasscell.data.doubts.absences import find_absences
from glasscell.data.doubts.axes import about_axes
from glasscell.data.doubts.codes import about_codes
from glasscell.data.doubts.doubled import about_doubled
from glasscell.data.doubts.filling import about_filling, find_filling, without_filling
from glasscell.data.doubts.leaks import find_leaks
from glasscell.data.doubts.markers import about_markers, find_marked_labels, markers_in
from glasscell.data.doubts.spellings import about_spellings
from glasscell.data.doubts.swaps import find_swaps
from glasscell.data.doubts.units import find_mixed_units
from glasscell.data.emptiness import about_empty, is_empty
from glasscell.data.quoting import shorten
from glasscell.data.respacing import GAP
from glasscell.data.spacing import about_jumps, about_spacing
from glasscell.data.tables.columns import MISSING
from glasscell.data.tables.sentences import Tables

FEW_STEPS = 3  # of a series that may be rows of a longer one
MIN_SERIES_OF_CLASS = 10
MAX_CLASS_RATIO = 10  # of the largest class to the smallest
MAX_SCALE_RATIO = 1e6  # of the channel that varies most to the one that varies least


def advise(train: Sequences) -> list[str]:
    """Return warnings about the training series, one sentence each; none if all is well.

    Examples
    --------
    >>> advise(Sequences.from_list([[1.0, 2.0, 1.0, 3.0]] * 20, y=["a"] * 20))
    ["all series are of one class, 'a': there is nothing to learn"]
    """
    warnings = about_empty(train, "left out of training, and given no answer")
    if warnings:
        train = train.select(~is_empty(train.x))
        if not len(train):
            return [shorten(warning) for warning in warnings]
    axes = about_axes(train.x) if are_numbered(train.channels) else []
    first = [*_about_steps(train), *train.warnings, *_about_ids(train), *warnings]
    spacing = [] if GAP in train.channels else [*about_spacing(train.spacing), *about_jumps(train.spacing, train.ids)]
    warnings = [*first, *axes, *spacing, *about_unmeasured(train), *find_leaks(train), *about_channels(train)]
    warnings += about_doubled(train)
    warnings += [*find_mixed_units(train), *find_swaps(train)]
    if train.task == "classification":
        warnings += [*_about_classes(train), *about_spellings(train), *_about_lengths(train), *find_absences(train)]
    return [shorten(warning) for warning in [*warnings, *about_groups(train)]]


def _about_steps(train: Sequences):
    n, few = len(train), int((train.lengths <= FEW_STEPS).sum())
    if n > 1 and 2 * few > n:
        longest = int(train.lengths[train.lengths <= FEW_STEPS].max())
        which = "every series has" if few == n else f"{few} of {n} series have"
        steps = "one step" if longest == 1 else f"at most {longest} steps"
        mend = (
            "if the rows of the file are steps of longer series, name by --id the column that says which of them "
            "belong together"
            if _is_of_columns(train)
            else "if they are pieces of longer series, join those that belong together first"
        )
        yield f"{which} {steps}: {mend}"


def _is_of_columns(train: Sequences) -> bool:
    """Return whether a column may hold the ids, by its reader's notes: of tables, unless each file is one series."""
    is_table = any(getattr(note, "code", None) in (Tables.LONG_FORM, Tables.WIDE_FORM) for note in train.notes)
    return is_table and not any("files of one series each" in str(note) for note in train.notes)


def _about_ids(train: Sequences):
    ids, counts = np.unique(train.ids, return_counts=True)
    if (repeated := int((counts > 1).sum())) == 0:
        return
    most = int(counts.argmax())
    others = f", and {repeated - 1} other id{'s' * (repeated > 2)} of several, too" if repeated > 1 else ""
    yield (
        f"{str(ids[most])!r} is the id of {counts[most]} of {len(train)} series{others}: answers go by ids, and could "
        "not be told apart; give each series one of its own"
    )


def _about_classes(train: Sequences):
    labels, counts = (v.tolist() for v in np.unique(train.y, return_counts=True))  # pyright: ignore
    for label, count in zip(labels, counts, strict=True):
        if label in MISSING:
            yield (
                f"{label!r} is taken for a class, that of {count} series: if it means that their label is not known, "
                "leave these series out"
            )
    if len(labels) == 1:
        yield f"all series are of one class, {labels[0]!r}: there is nothing to learn"
        return
    if 2 * len(labels) > len(train):
        warning = f"{len(labels)} classes in {len(train)} series: most have one or two, which is too few to learn from"
        yield f"{warning}; if the labels are numbers, use --task regression" if _are_numbers(labels) else warning
        return
    few = [f"{label!r} ({count})" for label, count in zip(labels, counts, strict=True) if count < MIN_SERIES_OF_CLASS]
    if few:
        more = f" and {len(few) - 5} more" if len(few) > 5 else ""
        yield (
            f"fewer than {MIN_SERIES_OF_CLASS} series of class {', '.join(few[:5])}{more}: expect poor answers for them"
        )
    largest, smallest = max(counts), min(counts)
    if largest >= MAX_CLASS_RATIO * smallest:
        yield (
            f"classes are out of balance: {largest} series of {labels[counts.index(largest)]!r}, {smallest} of "
            f"{labels[counts.index(smallest)]!r}; look at balanced accuracy, and consider --class-weight balanced"
        )


def _are_numbers(labels: list[str]) -> bool:
    try:
        return bool(np.isfinite([float(label) for label in labels]).all())
    except ValueError:
        return False


def about_unmeasured(train: Sequences) -> Iterator[str]:
    """Give a sentence for each number that may mean: not measured; among labels that are numbers, too.

    >>> next(about_unmeasured(Sequences.from_list([[*range(20), -999, -999, -999]], channels=["u"])))[:28]
    "channel 'u' is -999 3 times,"
    """
    measured = [d for d, name in enumerate(train.channels) if name != GAP]
    channels = [train.channels[d] for d in measured]
    filling = find_filling(train)
    if filling is not None:
        yield about_filling(train, filling)
    x = without_filling(train, filling).x
    x = x if GAP not in train.channels else x[..., measured]
    offset = train.offset[measured]
    markers = markers_in(x, offset, channels)
    yield from about_markers(x, offset, channels, markers, "use --missing {}")
    yield from about_codes(x, offset, channels, train.ids, markers)
    for marker in find_marked_labels(np.asarray(train.y)) if train.task == "regression" else ():
        yield (
            f"the label is {marker:.15g} {int((train.y == marker).sum())} times, far outside of all other labels: if "
            f"that means not measured, use --missing {marker:.15g}, which leaves these series out"
        )


def about_channels(train: Sequences) -> Iterator[str]:
    """Give a sentence about channels without a value, about those that never change, and about scales far apart.

    >>> list(about_channels(Sequences.from_list([[[1, 5], [2, 5]]], channels=["u", "v"])))
    ["channels that never change carry no information: 'v'"]
    """
    deviations = {}
    for name, v in zip(train.channels, np.moveaxis(train.x, -1, 0), strict=True):
        there = v[~np.isnan(v)].astype("float64")
        if len(there):
            deviations[name] = float(there.std())
        else:
            yield f"channel {name!r} has no values at all"
    constant = [name for name, v in deviations.items() if v == 0]
    if constant:
        yield f"channels that never change carry no information: {', '.join(map(repr, constant[:5]))}"
    moving = {name: v for name, v in deviations.items() if v > 0}
    if not moving:
        return
    largest, smallest = max(moving, key=lambda name: moving[name]), min(moving, key=lambda name: moving[name])
    if moving[largest] > MAX_SCALE_RATIO * moving[smallest]:
        yield (
            f"channels are on very different scales: {largest!r} varies by {moving[largest]:.3g}, {smallest!r} by "
            f"{moving[smallest]:.3g}; each is scaled, but check that their units are right"
        )


def _about_lengths(train: Sequences):
    if len(set(train.lengths.tolist())) == 1:
        return
    labels, numbers, counts = np.unique(train.y, return_inverse=True, return_counts=True)  # pyright: ignore
    if len(labels) < 2 or counts.min() < 3:
        return
    majority = counts.max() / counts.sum()
    worth_saying = majority + 0.5 * (1 - majority)
    if _best_by_length(train.lengths, numbers) <= worth_saying:
        return
    from sklearn.model_selection import StratifiedKFold, cross_val_score  # not above: it takes a second
    from sklearn.tree import DecisionTreeClassifier

    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    tree = DecisionTreeClassifier(max_leaf_nodes=4 * len(labels), random_state=0)
    accuracy = cross_val_score(tree, train.lengths[:, None], numbers, cv=folds).mean()
    if accuracy > worth_saying:
        yield (
            f"lengths alone predict the class of {100 * accuracy:.0f} % of the series (the commonest class is "
            f"{100 * majority:.0f} %): will that hold where the network is used?"
        )


def _best_by_length(lengths: np.ndarray, numbers: np.ndarray) -> float:
    """Return how often the best rule is right that knows the lengths alone, and these very series."""
    different, which = np.unique(lengths, return_inverse=True)
    series = np.zeros((len(different), int(numbers.max()) + 1), int)
    np.add.at(series, (which, numbers), 1)
    return float(series.max(1).sum() / len(numbers))
