"""The coverage of intervals: many small synthetic sets, cross-validated as by `glasscell train`.

    python benchmarks/intervals.py                     # 200 sets of 40 series; some minutes
    python benchmarks/intervals.py --series 20 40 80   # also other sizes
    python benchmarks/intervals.py --numbers           # low and high in regression
    python benchmarks/intervals.py --groups            # series in groups, no networks; some minutes

The 95% intervals of scores should cover the score of the final network, trained on all series of a
set, on 20,000 new series. Low and high, 90% conformal intervals, should cover the targets of 100
new series per set.
"""

import argparse
import itertools
import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import numpy as np
import pandas as pd
import timing
from joblib import Parallel, delayed

STEPS, FRESH = 16, 20_000
CLASSES = ["a", "b", "c"]
LEARNER = {"units": 8, "epochs": 50, "bidirectional": False, "random_state": 0}
SCORES = ("accuracy", "balanced_accuracy", "log_loss")
FRESH_NUMBERS = 100  # of each set


def make(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Make n series (n, 16, 1) of three classes: slow wave, fast wave, rare slow and late wave."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, n, p=[0.45, 0.35, 0.2])
    kind[:6] = [0, 0, 1, 1, 2, 2]
    t = np.linspace(0, 1, STEPS)
    speed, late = np.array([1.0, 1.6, 1.0])[kind, None], np.array([0.0, 0.0, 0.2])[kind, None]
    wave = np.sin(2 * np.pi * (speed * t - late + rng.normal(0, 0.06, (n, 1))))
    return (wave + rng.normal(0, 0.45, (n, STEPS)))[..., None].astype("float32"), np.array(CLASSES)[
        kind
    ]


def measure(n: int, folds: int, seeds: range) -> list[dict[str, Any]]:
    """Return the cross-validated scores of each set with their intervals, and the true scores."""
    from glasscell import LSTMClassifier
    from glasscell.data import Sequences
    from glasscell.tasks.series.folds import Twins, cut
    from glasscell.tasks.series.scores import score_classes

    x_fresh, y_fresh = make(FRESH, 10**6)
    rows, twins = [], None
    for seed in seeds:
        x, y = make(n, seed)
        series = Sequences.from_list([*x, *x_fresh], [*y, *y_fresh])
        if twins is None:
            learner = LSTMClassifier(**LEARNER)
            learner.prepare(x, y)
            twins = Twins(learner)  # for all sets, which use the same graphs
        fresh = twins.answer(series, np.arange(n), np.arange(n, n + FRESH)).answers
        truth = score_classes(y_fresh, fresh, CLASSES)
        parts = cut(y, folds, seed=seed)
        answers = np.concatenate(
            [twins.answer(series, rest, aside).answers for rest, aside in parts]
        )
        found = score_classes(y[np.concatenate([aside for _, aside in parts])], answers, CLASSES)
        rows += [
            {
                "series": n,
                "folds": folds,
                "seed": seed,
                "score": name,
                "found": found[name],
                "truth": truth[name],
            }
            | dict(zip(("low", "high"), found["intervals"][name], strict=True))
            for name in SCORES
        ]
    return rows


def make_numbers(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Make n noisy waves (n, 16, 1), and their speeds, measured with heavy-tailed errors."""
    rng = np.random.default_rng(seed)
    speed = rng.uniform(0.8, 1.8, n)
    wave = np.sin(
        2 * np.pi * (speed[:, None] * np.linspace(0, 1, STEPS) + rng.normal(0, 0.06, (n, 1)))
    )
    x = (wave + rng.normal(0, 0.3, wave.shape))[..., None]
    return x.astype("float32"), 10 * speed + rng.standard_t(4, n)


def measure_numbers(n: int, folds: int, seeds: range) -> list[dict[str, Any]]:
    """Return how many new targets of each set low and high cover, by folds and by one split."""
    from glasscell import LSTMRegressor
    from glasscell.data import Sequences
    from glasscell.tasks.series.folds import Twins, cut
    from glasscell.tasks.series.scores import half_widths, measure_coverage

    rows, twins = [], None
    for seed in seeds:
        x, y = make_numbers(n + FRESH_NUMBERS, 1000 + seed)
        series, fresh = Sequences.from_list([*x], y), np.arange(n, n + FRESH_NUMBERS)
        if twins is None:
            learner = LSTMRegressor(**LEARNER, early_stopping=False)
            learner.prepare(x[:n], y[:n])
            twins = Twins(learner)
        whole = twins.answer(series, np.arange(n), fresh).answers[:, 0]
        parts = cut(y[:n], folds, seed=seed)
        of_folds = np.concatenate(
            [twins.answer(series, *part).answers[:, 0] - y[part[1]] for part in parts]
        )
        some = np.random.default_rng(seed).permutation(n)
        rest, aside = np.sort(some[n // 3 :]), np.sort(some[: n // 3])
        of_rest = twins.answer(series, rest, np.concatenate([aside, fresh])).answers[:, 0]
        of_split, by_rest = of_rest[: len(aside)] - y[aside], of_rest[len(aside) :]
        for how, answers, residuals in (
            (f"{folds} folds, as train", whole, of_folds),
            ("a held-out third", by_rest, of_split),
        ):
            width = float(half_widths(residuals[:, None])[0])
            covered = measure_coverage(y[fresh], answers, width, None)
            rows.append({"series": n, "residuals of": how, "seed": seed} | covered)
    return rows


def show_numbers(rows: list[dict[str, Any]]) -> None:
    """Print the coverage of low and high over all sets."""
    from glasscell.runs.statistics import in_words, wilson

    groups: Any = pd.DataFrame(rows).groupby(["series", "residuals of"], sort=False)
    table = []
    for (n, how), some in groups:
        held, points = int(some["held"].sum()), int(some["n"].sum())
        spread = some["share"].quantile([0.05, 0.95]).tolist()
        width = some["half_width"].median()
        table.append(
            (
                n,
                how,
                len(some),
                points,
                held / points,
                in_words(wilson(held, points)),
                in_words(spread),
                width,
            )
        )
    names = [
        "series",
        "residuals of",
        "sets",
        "points",
        "coverage",
        "95% CI",
        "5%–95% of sets",
        "half-width",
    ]
    print(pd.DataFrame(table, columns=names).round(3).to_string(index=False))


RECALLS = [
    ([30, 6], [0.95, 0.6]),
    ([20, 5], [0.98, 0.9]),
    ([18, 14, 8], [0.9, 0.8, 0.6]),
    ([4] * 8, [0.9] * 8),
]
LOSSES: dict[str, tuple[Callable[[np.random.Generator, int], np.ndarray], float]] = {
    "exponential losses": (lambda rng, n: rng.exponential(1.0, n), 1.0),
    "squared normal errors": (lambda rng, n: rng.normal(size=n) ** 2, 1.0),
    "losses, 15% of them large": (
        lambda rng, n: rng.exponential(np.where(rng.random(n) < 0.15, 3.0, 0.1)),
        0.535,
    ),
}


def show_trials() -> None:
    """Print the coverage of intervals for synthetic scores, without a network."""
    from glasscell.runs.statistics import bootstrap, of_mean_recall, wilson

    rows = []

    def tried(
        words: str,
        truth: float,
        interval: Callable[[np.random.Generator], list[float] | None],
        times: int,
    ):
        found = [interval(np.random.default_rng(seed)) for seed in range(times)]
        rows.append(
            (words, np.mean([ends is not None and ends[0] <= truth <= ends[1] for ends in found]))
        )

    def drawn(
        rng: np.random.Generator, sizes: np.ndarray, recalls: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        truth = np.repeat(np.arange(len(sizes)), sizes)
        return rng.random(len(truth)) < recalls[truth], truth

    for n in (20, 40, 100):
        tried(
            f"accuracy .9 of {n}", 0.9, lambda rng, n=n: wilson(int(rng.binomial(n, 0.9)), n), 2000
        )
    for sizes, recalls in RECALLS:
        n, p = np.array(sizes), np.array(recalls)
        words = f"balanced accuracy, classes of {', '.join(map(str, sizes))}"
        tried(words, float(p.mean()), lambda rng, n=n, p=p: of_mean_recall(*drawn(rng, n, p)), 2000)
    for words, (draw, truth) in LOSSES.items():
        for n in (20, 40, 100):
            tried(
                f"mean of {n} {words}",
                truth,
                lambda rng, n=n, draw=draw: bootstrap(draw(rng, n), samples=300),
                400,
            )
    print(
        pd.DataFrame(rows, columns=["synthetic scores", "coverage"]).round(3).to_string(index=False)
    )


# numbers of groups, and correlations within a group
GROUPS, ALIKE = ((6, 8, 12, 20, 40), (0.0, 0.2, 0.5))
MARGINS = {"usual": (1.0, 0.8), "good": (2.2, 1.8)}  # of the predictions for each of two classes
RARE = 0.35  # fraction of series of the second class


def make_grouped(
    n_groups: int, alike: float, kind: str, rng: np.random.Generator, size: int = 8
) -> dict[str, Any]:
    """Make predictions of two equally good networks for two classes in groups of about `size`.

    The margins of a network are normal, with a component common to the series of a group.
    """
    sizes = np.maximum(2, rng.poisson(size, n_groups))
    group = np.repeat(np.arange(n_groups), sizes)
    truth = (rng.random(len(group)) < RARE).astype(int)
    middle = np.array(MARGINS[kind])[truth]
    common, own = rng.normal(size=(2, n_groups))[:, group], rng.normal(size=(2, len(group)))
    margins = middle + np.sqrt(alike) * common + np.sqrt(1 - alike) * own
    return {
        "group": group,
        "truth": truth,
        "right": margins > 0,
        "loss": np.logaddexp(0, -2 * margins[0]),
    }


def try_grouped(made: dict[str, Any], truths: dict[str, float], seed: int) -> list[dict[str, Any]]:
    """Return whether intervals over groups and series cover the true scores, and their widths."""
    from glasscell.runs import statistics as intervals

    (one, two), truth, group, loss = made["right"], made["truth"], made["group"], made["loss"]
    apart = one.astype(float) - two
    found = {
        "accuracy": [intervals.of_share(one, some) for some in (group, None)],
        "balanced accuracy": [intervals.of_mean_recall(one, truth, some) for some in (group, None)],
        "log loss": [intervals.of_losses(loss, groups=some, seed=seed) for some in (group, None)],
        "difference": [intervals.of_difference(apart, some) for some in (group, None)],
    }
    rows = []
    for name, of_both in found.items():
        row: dict[str, Any] = {"score": name}
        for over, ends in zip(("groups", "series"), of_both, strict=True):
            low, high = ends or (np.nan, np.nan)
            row |= {
                f"coverage, over {over}": low <= truths[name] <= high,
                f"width, over {over}": high - low,
            }
        rows.append(row)
    return rows


def show_groups(sets: int) -> None:
    """Print the coverage of intervals over groups and over series, for synthetic predictions."""
    from scipy.stats import norm

    z, rows = norm.ppf((np.arange(100_000) + 0.5) / 100_000), []
    for kind, margins in MARGINS.items():
        recalls = norm.cdf(margins)
        losses = [np.logaddexp(0, -2 * (margin + z)).mean() for margin in margins]
        accuracy, loss = (float(np.dot([1 - RARE, RARE], of_each)) for of_each in (recalls, losses))
        of_recalls = float(recalls.mean())
        truths = {
            "accuracy": accuracy,
            "balanced accuracy": of_recalls,
            "log loss": loss,
            "difference": 0.0,
        }
        for n_groups, alike in itertools.product(GROUPS, ALIKE):
            about = {"predictions": kind, "groups": n_groups, "alike": alike}
            for seed in range(sets):
                made = make_grouped(n_groups, alike, kind, np.random.default_rng(seed))
                rows += [about | row for row in try_grouped(made, truths, seed)]
    frame = pd.DataFrame(rows)
    for names in (["predictions", "groups", "alike", "score"], ["alike", "score"]):
        means: Any = frame.groupby(names, sort=False)[list(frame.columns[4:])].mean()
        print(means.round(3).to_string())


def show(rows: list[dict[str, Any]]) -> None:
    """Print the coverage and width of intervals, and the bias of the score."""
    frame = pd.DataFrame(rows)
    frame["coverage"] = (frame["low"] <= frame["truth"]) & (frame["truth"] <= frame["high"])
    frame["width"], frame["bias"] = frame["high"] - frame["low"], frame["found"] - frame["truth"]
    groups = frame.groupby(["series", "folds", "score"], sort=False)
    means: Any = groups[["coverage", "width", "bias", "truth"]].mean()
    table = means.round(3)
    table.insert(0, "sets", groups.size())
    print(table.to_string())


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="The coverage of intervals.")
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--series", type=int, nargs="+", default=[40], help="of each set")
    parser.add_argument("--folds", type=int, help="default: as glasscell train")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--json", metavar="PATH", help="write all measurements there")
    parser.add_argument("--numbers", action="store_true", help="prediction intervals of regression")
    parser.add_argument("--trials", action="store_true", help="only intervals, of synthetic scores")
    parser.add_argument(
        "--groups", action="store_true", help="of grouped series, with synthetic predictions"
    )
    options = parser.parse_args()
    if options.groups:
        show_groups(options.sets)
        return
    if options.trials:
        show_trials()
        return
    from glasscell.tasks.series.folds import number_of_folds

    rows = []
    for n in options.series:
        folds = options.folds or number_of_folds(n)
        starts = np.linspace(0, options.sets, options.processes + 1).astype(int)
        parts = Parallel(n_jobs=options.processes)(
            delayed(measure_numbers if options.numbers else measure)(n, folds, range(start, end))
            for start, end in itertools.pairwise(starts)
        )
        rows += [row for part in parts for row in part or ()]
    (show_numbers if options.numbers else show)(rows)
    timing.write_json(options.json, rows)


if __name__ == "__main__":
    main()
