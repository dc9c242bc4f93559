"""The options of `glasscell train`, in the groups in which its help shows them."""

from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.reader_options import DECIMAL, ENCODING, EVERY, GROUP, HEADER, ID, LABELS, MISSING, TASK, TIME
from glasscell.cli.reader_options import TIME_GAPS as GAPS
from glasscell.cli.setting_options import as_typed, setting
from glasscell.settings import ARTICLE, FILE_ONLY, LONGEST_UNSTRIDED, MIN_SERIES_TO_STOP_EARLY, SPREADS, TABLE

DATA, NETWORK, TRAINING, PLACE = "Data", "Network", "Training", "Run"
DIGITS = "Handwritten digits (without FILE)"

_ALSO_OF_FILES = (TABLE.keys() | FILE_ONLY.keys()) - {"data"}
_SHARED = [
    f"--{name.replace('_', '-')} {as_typed(ARTICLE[name].default)}" for name in ARTICLE if name in _ALSO_OF_FILES
]
ABOUT_THE_ARTICLE = (  # \b: the lines stay as they are, or an option would be cut at its hyphen
    f"\b\nWithout FILE, the defaults are those of the original tutorial:\n{', '.join(_SHARED)}"
)


def option(group: str, meaning: str, metavar: str | None = None, *names: str, default: str | None = None) -> Any:
    """Return an option that is no setting.

    Parameters
    ----------
    group : str
        The heading under which the help shows it.
    meaning : str
        A sentence for the help.
    metavar : str, optional
        What to give.
    *names : str
        Of the option, where it is not called as its parameter.
    default : str, optional
        What happens without it.

    Examples
    --------
    >>> option(DATA, "Time column.", "COLUMN", default="detected").help
    'Time column. [default: detected]'
    """
    text = meaning if default is None else f"{meaning} [default: {default}]"
    return typer.Option(*names, metavar=metavar, help=text, rich_help_panel=group)


# --- Data ------------------------------------------------------------------------------------------------------------

File = Annotated[
    str | None,
    typer.Argument(
        metavar="FILE",
        help="Labeled series: a table (.csv, .xlsx, .parquet, …), a .ts or .npz file, or a folder with one file per "
        "series; - reads standard input.",
        rich_help_panel=DATA,
    ),
]
Id = Annotated[list[str] | None, option(DATA, ID, "A,B,…", default="detected")]
Time = Annotated[str | None, option(DATA, TIME, "COLUMN", default="detected")]
Label = Annotated[
    str | None,
    option(DATA, "Column to predict: classes or continuous targets.", "COLUMN", default="detected"),
]
Channels = Annotated[
    str | None,
    setting("channels", "Columns used as input channels.", default="all others", metavar="A,B,…", group=DATA),
]
Group = Annotated[str | None, option(DATA, GROUP, "COLUMN", default="detected")]
Labels = Annotated[str | None, option(DATA, LABELS, "FILE")]
Header = Annotated[bool | None, option(DATA, HEADER, None, "--header/--no-header", default="detected")]
Encoding = Annotated[str | None, setting("encoding", ENCODING, default="detected", metavar="NAME", group=DATA)]
Decimal = Annotated[str | None, setting("decimal", DECIMAL, default="detected", metavar="MARK", group=DATA)]
Missing = Annotated[str | None, option(DATA, MISSING, "NUMBER,…")]
TimeGaps = Annotated[bool, option(DATA, GAPS, None, "--time-gaps")]
Every = Annotated[str | None, option(DATA, EVERY, "TIME")]
Task = Annotated[str | None, setting("task", TASK, default="detected", group=DATA)]
ClassWeight = Annotated[str | None, option(DATA, "Weight classes inversely to their frequency.", "balanced")]

# --- Network ---------------------------------------------------------------------------------------------------------

Units = Annotated[
    str | None,
    setting("units", "Hidden size (units of the LSTM); H,H stacks two layers.", metavar="H[,H…]", group=NETWORK),
]
OneDirection = Annotated[
    bool,
    option(
        NETWORK,
        "Use a unidirectional LSTM, which can predict while a series is still growing.",
        None,
        "--one-direction",
        default="bidirectional",
    ),
]
ReadOut = Annotated[
    str | None,
    setting("read_out", "Pooling of h over time: the last step, the mean, or both.", group=NETWORK),
]
Stride = Annotated[
    str | None,
    setting(
        "stride",
        "Join every K steps into one.",
        default=f"auto: at most about {LONGEST_UNSTRIDED} steps remain",
        metavar="K|auto",
        group=NETWORK,
    ),
]
Dropout = Annotated[float | None, setting("dropout", "Dropout rate on the LSTM's outputs.", metavar="X", group=NETWORK)]
Noise = Annotated[
    float | None,
    setting(
        "noise",
        "Standard deviation of Gaussian noise added to the standardized channels in training.",
        metavar="X",
        group=NETWORK,
    ),
]
CellVariant = Annotated[
    str | None,
    option(
        NETWORK,
        "Cell variant of Greff et al. (2017). NIG, NFG and NOG lack the input, forget and output gate; the others are "
        "NIAF, NOAF, CIFG, FGR and V.",
        "NAME",
        default="NP, the standard cell",
    ),
]
ForgetBias = Annotated[
    str | None,
    setting(
        "forget_bias",
        "Initial bias of the forget gates: a number, chrono (memories of all lengths), or mixed (chrono in half of the "
        "units).",
        metavar="|".join(["X", *SPREADS]),
        group=NETWORK,
    ),
]

# --- Training --------------------------------------------------------------------------------------------------------

Epochs = Annotated[int | None, setting("epochs", "Passes over the training series.", metavar="N", group=TRAINING)]
BatchSize = Annotated[int | None, setting("batch_size", "Series per weight update.", metavar="N", group=TRAINING)]
LearningRate = Annotated[float | None, setting("learning_rate", "Learning rate.", metavar="X", group=TRAINING)]
ClipNorm = Annotated[float | None, setting("clip_norm", "Clip gradients to this norm.", metavar="X", group=TRAINING)]
EarlyStopping = Annotated[
    bool | None,
    option(
        TRAINING,
        "Stop when the error on a validation split no longer falls, and restore the best weights. With fewer series, "
        "regression chooses the number of epochs by 3-fold cross-validation.",
        None,
        "--early-stopping/--no-early-stopping",
        default=f"from {MIN_SERIES_TO_STOP_EARLY} series on",
    ),
]
ValidationFraction = Annotated[
    float | None,
    setting("validation_fraction", "Fraction of the series to validate on.", metavar="FRACTION", group=TRAINING),
]
Valid = Annotated[
    str | None,
    setting("valid", "Labeled series to validate on.", default="a fraction of FILE", metavar="FILE", group=TRAINING),
]
Patience = Annotated[
    int | None,
    setting("patience", "Epochs without improvement before training stops.", metavar="N", group=TRAINING),
]
Measure = Annotated[
    str | None,
    setting(
        "measure",
        "How to estimate the score on new series: k-fold cross-validation, one train/test split, or not at all.",
        default="folds, if they add less than a minute",
        group=TRAINING,
    ),
]
Seed = Annotated[int | None, setting("seed", "Random seed.", metavar="N", group=TRAINING)]

# --- Handwritten digits ----------------------------------------------------------------------------------------------

HiddenSize = Annotated[
    int | None, setting("hidden_size", "Hidden size (units of the LSTM).", metavar="N", group=DIGITS)
]
OutputActivation = Annotated[
    str | None, setting("output_activation", "Activation φ of the cell's output, h = o·φ(c).", group=DIGITS)
]

# --- Run -------------------------------------------------------------------------------------------------------------

Name = Annotated[str | None, option(PLACE, "Name of the run.", "NAME", default="name of the data and time")]
OutputDir = Annotated[Path, option(PLACE, "Folder of runs, also for --resume.", "FOLDER")]
Overwrite = Annotated[bool, option(PLACE, "Replace a run of the same name.", None, "--overwrite")]
Resume = Annotated[
    str | None, option(PLACE, "Resume an interrupted run, or extend a finished one with more --epochs.", "RUN")
]
Config = Annotated[Path | None, option(PLACE, "Train with the settings in a run's config.toml.", "FILE")]
