"""The original tutorial's experiment over many seeds, compared with ten seeds of the original code.

python benchmarks/seeds.py --seeds 10
"""

import argparse
from functools import partial
from importlib import import_module

import pandas as pd

from glasscell.console.startup import import_quietly
from glasscell.settings.article import DigitsSettings

EPOCHS = (1, 3, 10, 20, 50, 100)
ORIGINAL = {  # minimum and maximum of ten seeds, measured through TensorFlow's version-1 interface
    "loss": (
        "227.5–228.1",
        "166.6–177.4",
        "104.8–109.4",
        "87.8–90.9",
        "80.27–80.97",
        "79.76–79.80",
    ),
    "accuracy": (".116–.218", ".430–.552", ".832–.882", ".920–.952", ".988–.996", ".994–.998"),
    "val_accuracy": (".097–.192", ".394–.508", ".867–.886", ".931–.956", ".972–.992", ".983–.997"),
}


def measure(seeds: range) -> pd.DataFrame:
    """Train with each seed and return a row for each seed and epoch."""
    article = import_quietly(partial(import_module, "glasscell.article"))
    digits = article.load_data()
    rows = []
    for seed in seeds:
        history = article.prepare(DigitsSettings(seed=seed), digits).run(max(EPOCHS)).history
        rows += [
            {"seed": seed, "epoch": epoch, **logs} for epoch, logs in enumerate(history, start=1)
        ]
    return pd.DataFrame(rows)


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """Return mean, minimum and maximum over seeds, next to the original's minimum and maximum."""
    columns = {}
    for name, original in ORIGINAL.items():
        spread = results.groupby("epoch")[name].agg(["mean", "min", "max"]).loc[list(EPOCHS)]
        digits = 2 if name == "loss" else 3
        texts = [
            f"{mean:.{digits}f} ({least:.{digits}f}–{most:.{digits}f})"
            for mean, least, most in spread.to_numpy()
        ]
        columns |= {name: texts, f"original {name}": original}
    return pd.DataFrame(columns, index=pd.Index(EPOCHS, name="after epoch"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    arguments = parser.parse_args()
    if arguments.seeds < 1 or arguments.first < 0:
        parser.error("expected --seeds of at least 1 and --first of at least 0")
    print(summarise(measure(range(arguments.first, arguments.first + arguments.seeds))).to_string())
