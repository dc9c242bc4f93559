"""The options of `glasscell train`, in the groups in which its help shows them, and in a newcomer's words."""

from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.setting_options import as_typed, setting
from glasscell.settings import ARTICLE, FILE_ONLY, LONGEST_UNSTRIDED, MIN_SERIES_TO_STOP_EARLY, SPREADS, TABLE

DATA, NETWORK, TRAINING, PLACE = "What to train on", "Network", "Training", "Where it goes"
DIGITS = "The article's digits, without a FILE"

_ALSO_OF_FILES = (TABLE.keys() | FILE_ONLY.keys()) - {"data"}
_SHARED = [
    f"--{name.replace('_', '-')} {as_typed(ARTICLE[name].default)}" for name in ARTICLE if name in _ALSO_OF_FILES
]
ABOUT_THE_ARTICLE = (  # \b: the lines stay as they are, or an option would be cut at its hyphen
    f"\b\nThe digits are trained with these, too, but by default as in the article:\n{', '.join(_SHARED)}"
)


def option(group: str, meaning: str, metavar: str | None = None, *names: str) -> Any:
    """Return an option that is no setting: the heading under which the help shows it, its meaning, what to give.

    >>> option(DATA, "Column of the time.", "COLUMN").help
    'Column of the time.'
    """
    return typer.Option(*names, metavar=metavar, help=meaning, rich_help_panel=group)


# --- What to train on ------------------------------------------------------------------------------------------------

File = Annotated[
    str | None,
    typer.Argument(
        metavar="FILE",
        help="Labelled series: a table (.csv, .xlsx, .parquet, …), .ts, .npz, …, or a folder of files with one series "
        "each; - is standard input. Without a FILE: the article's handwritten digits.",
        rich_help_panel=DATA,
    ),
]
Id = Annotated[
    list[str] | None,
    option(
        DATA,
        "Column that says which rows are one series, or several that do together, as person,trial. [default: guessed]",
        "A,B,…",
    ),
]
Time = Annotated[str | None, option(DATA, "Column that says in which order they follow. [default: guessed]", "COLUMN")]
Label = Annotated[
    str | None, option(DATA, "Column of what is to be learnt, classes or numbers. [default: guessed]", "COLUMN")
]
Channels = Annotated[
    str | None,
    setting("channels", "Columns of what was measured.", default="all that are left", metavar="A,B,…", group=DATA),
]
Group = Annotated[
    str | None,
    option(
        DATA,
        "Column of what belongs together, such as a person: left out together to measure. [default: guessed]",
        "COLUMN",
    ),
]
Labels = Annotated[str | None, option(DATA, "Table with the labels, beside the series' names.", "FILE")]
Header = Annotated[
    bool | None,
    option(DATA, "Whether the first line holds names. [default: as it looks]", None, "--header/--no-header"),
]
Encoding = Annotated[
    str | None, setting("encoding", "Encoding of a text file.", default="detected", metavar="NAME", group=DATA)
]
Decimal = Annotated[
    str | None,
    setting("decimal", "Mark before the decimals, . or a comma.", default="detected", metavar="MARK", group=DATA),
]
Missing = Annotated[str | None, option(DATA, "Numbers that mean: not measured, such as -999.", "NUMBER,…")]
TimeGaps = Annotated[
    bool, option(DATA, "Make the time since the step before a channel, where steps are not even.", None, "--time-gaps")
]
Every = Annotated[
    str | None,
    option(DATA, "Lay series on an even grid instead: 100ms, 1s, 5min, 1h, 1d, or a number as the times are.", "TIME"),
]
Task = Annotated[
    str | None, setting("task", "Whether the labels are classes or numbers.", default="as they look", group=DATA)
]
ClassWeight = Annotated[str | None, option(DATA, "Give rare classes as much weight as common ones.", "balanced")]

# --- Network ---------------------------------------------------------------------------------------------------------

Units = Annotated[
    str | None,
    setting(
        "units",
        "Units of the LSTM: how much it can remember. H,H: two layers.",
        metavar="H[,H…]",
        group=NETWORK,
    ),
]
OneDirection = Annotated[
    bool,
    option(
        NETWORK,
        "Read from the first step to the last only, not from both ends, so that it can answer while a series goes on.",
        None,
        "--one-direction",
    ),
]
ReadOut = Annotated[
    str | None,
    setting(
        "read_out", "Answer from the LSTM's output after the last step, its mean over all, or both.", group=NETWORK
    ),
]
Stride = Annotated[
    str | None,
    setting(
        "stride",
        "Steps of a long series to join into one.",
        default=f"auto, to at most {LONGEST_UNSTRIDED}",
        metavar="K|auto",
        group=NETWORK,
    ),
]
Dropout = Annotated[
    float | None,
    setting(
        "dropout",
        "Share of the LSTM's outputs left out at random in training, so that little is learnt by heart.",
        metavar="SHARE",
        group=NETWORK,
    ),
]
Noise = Annotated[
    float | None,
    setting(
        "noise",
        "Noise added to the channels in training, for the same reason; 1 is as much as they vary themselves.",
        metavar="X",
        group=NETWORK,
    ),
]
CellVariant = Annotated[
    str | None,
    option(
        NETWORK,
        "A cell with a part left out or changed: NIG no input gate, NFG no forget gate, NOG no output gate, NIAF, "
        "NOAF, CIFG, FGR, V as in Greff et al. 2017. [default: NP, the usual one]",
        "NAME",
    ),
]
ForgetBias = Annotated[
    str | None,
    setting(
        "forget_bias",
        "How long memories last before training, as bias of the forget gates: a number, chrono (all spans) or mixed "
        "(so in half of the units).",
        metavar="|".join(["X", *SPREADS]),
        group=NETWORK,
    ),
]

# --- Training --------------------------------------------------------------------------------------------------------

Epochs = Annotated[int | None, setting("epochs", "How often to go through all series.", metavar="N", group=TRAINING)]
BatchSize = Annotated[int | None, setting("batch_size", "Series to learn from at a time.", metavar="N", group=TRAINING)]
LearningRate = Annotated[
    float | None,
    setting("learning_rate", "How much to learn from them; less is slower and safer.", metavar="X", group=TRAINING),
]
ClipNorm = Annotated[
    float | None,
    setting("clip_norm", "Largest norm of the gradient: a larger one is scaled down.", metavar="X", group=TRAINING),
]
EarlyStopping = Annotated[
    bool | None,
    option(
        TRAINING,
        "Set some series aside, stop when answers to these get no better, and keep the weights that were best. Where "
        "labels are numbers, and of fewer series, three trainings without a third of them each show when to stop. "
        f"[default: from {MIN_SERIES_TO_STOP_EARLY} series on]",
        None,
        "--early-stopping/--no-early-stopping",
    ),
]
ValidationFraction = Annotated[
    float | None, setting("validation_fraction", "Share of the series to set aside.", metavar="SHARE", group=TRAINING)
]
Valid = Annotated[
    str | None,
    setting(
        "valid", "Labelled series to take instead.", default="a share of those in FILE", metavar="FILE", group=TRAINING
    ),
]
Patience = Annotated[
    int | None, setting("patience", "Epochs without progress before it stops.", metavar="N", group=TRAINING)
]
Measure = Annotated[
    str | None,
    setting(
        "measure",
        "How to find out how good the answers are: by networks trained without each fold, by a second one without some "
        "series, or not.",
        default="folds, if they add less than a minute",
        group=TRAINING,
    ),
]
Seed = Annotated[
    int | None,
    setting("seed", "Decides all that is random: the same seed, the same network.", metavar="N", group=TRAINING),
]

# --- Only without a FILE ---------------------------------------------------------------------------------------------

HiddenSize = Annotated[int | None, setting("hidden_size", "Units of the LSTM.", metavar="N", group=DIGITS)]
OutputActivation = Annotated[
    str | None,
    setting(
        "output_activation", "What stands between memory cell and output gate; in the article nothing.", group=DIGITS
    ),
]

# --- Where it goes ---------------------------------------------------------------------------------------------------

Name = Annotated[str | None, option(PLACE, "Name of the run. [default: the data's name and the time]", "NAME")]
OutputDir = Annotated[Path, option(PLACE, "Folder of runs: where a new one is made, and --resume looks.", "FOLDER")]
Overwrite = Annotated[bool, option(PLACE, "Replace a run of the same name.", None, "--overwrite")]
Resume = Annotated[
    str | None,
    option(PLACE, "Resume a run that was stopped or, with more --epochs, one that is done.", "RUN"),
]
Config = Annotated[Path | None, option(PLACE, "A run's config.toml: train with its settings.", "FILE")]
