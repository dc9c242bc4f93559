"""Labeled series of aeon's archive: accuracy of `LSTMClassifier`'s defaults and other classifiers.

    python benchmarks/series.py           needs aeon for its data; see README.md in this folder
    python benchmarks/series.py --times   the time of an epoch, compared with keras.fit and PyTorch

Each contender of classifiers.py trains on the training part and is evaluated on the test part, with
five seeds. The defaults were chosen on the training parts of four of these sets; untouched.py has
sets on which nothing was chosen.
"""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import archive
import classifiers
import pandas as pd

TIMED = ("JapaneseVowels", "BasicMotions")
EPOCHS = 30  # per timed training


def time_epochs(repetitions: int) -> pd.DataFrame:
    """Time trainings of the same network by glasscell, keras.fit, and PyTorch, in rotation."""
    import timed_series

    rows = []
    for data in TIMED:
        train = archive.load(data)
        for repetition in range(repetitions):
            for name, run in timed_series.CONTENDERS.items():
                first, rest = run(train, EPOCHS, repetition)
                rows.append(
                    {
                        "set": data,
                        "contender": name,
                        "first": first,
                        "ms per epoch": 1e3 * rest / (EPOCHS - 1),
                    }
                )
    return pd.DataFrame(rows)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description="Accuracy on aeon's sets, with the defaults; or the time of an epoch."
    )
    sets = classifiers.FAMILIAR
    parser.add_argument("--sets", nargs="+", choices=sets, default=list(sets), metavar="NAME")
    classifiers.add_options(parser)
    parser.add_argument("--times", action="store_true", help="time epochs instead")
    options = parser.parse_args()
    if options.times:
        times = time_epochs(options.seeds).groupby(["set", "contender"], sort=False)
        print(times[["first", "ms per epoch"]].median().round(2).to_string())
    else:
        classifiers.show(
            classifiers.measure_all(options.sets, options.only, options.seeds, options.csv)
        )


if __name__ == "__main__":
    main()
