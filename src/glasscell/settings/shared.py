"""The settings common to several tasks, and those of networks and file readers, which know no task.

A task uses one as `UNITS.field()`, or with another default: `UNITS.field(default=32)`.
"""

from dataclasses import replace
from functools import partial

from glasscell.errors import UsageError
from glasscell.settings.setting import Setting, setting
from glasscell.system.checks import (
    Accepted,
    is_bool,
    is_encoding,
    is_number,
    number,
    one_of,
    or_auto,
    or_none,
    several,
    text,
    whole,
    whole_for_each_layer,
)
from glasscell.system.formatting import duration_of
from glasscell.system.sentences import Settings

# headings of the help, in order
DATA, TASK, NETWORK, TRAINING = ("Data", "Task", "Network", "Training")
of_data, of_task, of_network, of_training = (
    partial(setting, group=name) for name in (DATA, TASK, NETWORK, TRAINING)
)

VARIANTS = (None, "V", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR")
READ_OUTS = ("last", "mean", "both")
SPREADS = ("chrono", "mixed")  # initial spreads of forget biases
LONGEST_UNSTRIDED = 1000  # steps; stride = "auto" shortens longer series to about this

COLUMN = text("a column name")
COLUMNS = or_none(several(lambda v: isinstance(v, str), "a list of column names"))
COLUMNS_OF_ID = Accepted(
    lambda v: COLUMN.fits(v) or COLUMNS.fits(v), "a column name, or a list of column names"
)
BOOL, PYTHON_BOOL = Accepted(is_bool, "true or false"), Accepted(is_bool, "True or False")
POSITIVE = number("a finite number above 0", lambda v: v > 0)
LATER = Accepted(lambda v: True, "")  # checked by its user

# --- How a file is read ---------------------------------------------------------------------------

_data = partial(Setting, group=DATA)
_column = partial(_data, None, COLUMN, metavar="COLUMN", shown="detected")
FILE = _data(
    ...,
    text("a file name", optional=False),
    "Labeled series: a table (.csv, .xlsx, .parquet, …), a .ts or .npz file, or a folder with "
    "one file per series; - reads standard input.",
    metavar="FILE",
)
ID = _data(
    None,
    COLUMNS_OF_ID,
    "Column that identifies a series, or several: person,trial.",
    metavar="A,B,…",
    shown="detected",
)
TIME = _column("Column that orders the steps of a series; date,hour joins two.")
TIME_FORMAT = _data(
    None,
    or_none(
        Accepted(lambda v: isinstance(v, str) and "%" in v, "a format, such as %d.%m.%Y %H:%M")
    ),
    "How times are written, such as %d.%m.%Y %H:%M.",
    metavar="FORMAT",
    shown="detected",
)
LABEL = _column("Column to predict: classes or continuous targets.")
CHANNELS = _data(
    None, COLUMNS, "Columns used as input channels.", metavar="A,B,…", shown="all others"
)
GROUP = _column("Column of groups, such as persons; a group is held out as a whole.")
LABELS = _data(
    None, text("a file name"), "Separate table with the label of each series id.", metavar="FILE"
)
HEADER = _data(
    None,
    or_none(BOOL),
    "Whether the first line holds column names.",
    shown="detected",
    option="--header/--no-header",
)
ENCODING = _data(
    None,
    or_none(Accepted(is_encoding, "an encoding, such as utf-8 or cp1252")),
    "Text encoding.",
    metavar="NAME",
    shown="detected",
)
DECIMAL = _data(
    None, one_of(None, ".", ","), "Decimal mark: . or ,", metavar="MARK", shown="detected"
)
MISSING = _data(
    None,
    or_none(
        several(
            lambda v: isinstance(v, str) or is_number(v),
            "a list of numbers and words, such as [-999, 'ERR']",
        )
    ),
    "Missing-value codes, such as -999 or ERR.",
    metavar="CODE,…",
)
TIME_GAPS = _data(False, BOOL, "Add the time since the previous step as a channel.")
EVERY = _data(
    None,
    or_none(
        Accepted(
            lambda v: duration_of(v) is not None, "a duration above 0, such as 100ms, 5min or 1d"
        )
    ),
    "Resample to a regular grid: 100ms, 1s, 5min, 1h, 1d, or a number in the unit of the times.",
    metavar="TIME",
)
KIND_OF_LABELS = _data(
    "auto",
    one_of("auto", "classification", "regression"),
    "Whether labels are classes or continuous targets.",
    shown="detected",
)

# --- The network ----------------------------------------------------------------------------------

_network = partial(Setting, group=NETWORK)
UNITS = _network(
    64,
    whole_for_each_layer(1, 2**14, layers=64),
    "Hidden size (units of the LSTM); H,H stacks two layers.",
    metavar="H[,H…]",
    python=whole_for_each_layer(1),
)
BIDIRECTIONAL = _network(
    True,
    BOOL,
    "Use a unidirectional LSTM, which can predict while a series is still growing.",
    shown="bidirectional",
    option="--one-direction",
    python=PYTHON_BOOL,
)
READ_OUT = _network(
    "both", one_of(*READ_OUTS), "Pooling of h over time: the last step, the mean, or both."
)
STRIDE = _network(
    "auto",
    or_auto(whole(1)),
    "Join every K steps into one.",
    metavar="K|auto",
    shown=f"auto: at most about {LONGEST_UNSTRIDED} steps remain",
)
DROPOUT = _network(
    0.3,
    number("a number of at least 0 and below 1", lambda v: 0 <= v < 1),
    "Dropout rate on the LSTM's outputs.",
    metavar="X",
)
NOISE = _network(
    0.3,
    number("a finite number of at least 0", lambda v: v >= 0),
    "Standard deviation of Gaussian noise added to the standardized channels in training.",
    metavar="X",
)
VARIANT = _network(
    None,
    one_of(*VARIANTS),
    "Cell variant of Greff et al. (2017). NIG, NFG and NOG lack the input, forget and output "
    "gate; the others are NIAF, NOAF, CIFG, FGR and V.",
    metavar="NAME",
    shown="NP, the standard cell",
    python=LATER,
)
FORGET_BIAS = _network(
    "mixed",
    Accepted(
        lambda v: v in SPREADS or (is_number(v) and abs(v) < 1e6), "a number, 'chrono' or 'mixed'"
    ),
    "Initial bias of the forget gates: a number, chrono (memories of all lengths), or mixed "
    "(chrono in half of the units).",
    metavar="|".join(["X", *SPREADS]),
    python=Accepted(
        lambda v: isinstance(v, int | float) or v in SPREADS, "a number, 'chrono' or 'mixed'"
    ),
)

# --- Its training ---------------------------------------------------------------------------------

_training = partial(Setting, group=TRAINING)
HELD_OUT = _training(
    0.2,
    number("a number above 0 and at most 0.5", lambda v: 0 < v <= 0.5),
    "Fraction to test on, of the files or series; of a single one, a part.",
    metavar="FRACTION",
)
EPOCHS = _training(
    300, whole(1, 10**6), "Passes over the training data.", metavar="N", python=whole(0)
)
EPOCHS_OR_AUTO = replace(
    EPOCHS, default="auto", accepted=or_auto(EPOCHS.accepted), python=or_auto(EPOCHS.in_python)
)
MINUTES = _training(
    None,
    or_none(number("a number of minutes above 0", lambda v: v > 0)),
    "Training time; sets --epochs from the measured speed.",
    metavar="N",
)
BATCH_SIZE = _training(
    8, whole(1, 2**20), "Series per weight update.", metavar="N", python=whole(1)
)
LEARNING_RATE = _training(0.003, POSITIVE, "Learning rate.", metavar="X")
CLIP_NORM = _training(
    1.0,
    POSITIVE,
    "Clip gradients to this norm.",
    metavar="X",
    python=Accepted(lambda v: v is None or (is_number(v) and v > 0), "a number above 0, or None"),
)
CLASS_WEIGHT = _training(
    None, one_of(None, "balanced"), "Weight classes inversely to their frequency.", python=LATER
)
SEED = _training(0, whole(0, 2**31 - 1), "Random seed.", metavar="N")


def check_one_length(minutes: float | None, epochs: int | str) -> None:
    """Raise UsageError if both minutes and a number of epochs limit the training.

    >>> check_one_length(5, "auto")
    """
    if minutes is not None and epochs != "auto":
        raise UsageError(Settings.MINUTES_AND_EPOCHS, minutes=minutes, epochs=epochs)


# --- Settings by name -----------------------------------------------------------------------------

OF_NETWORKS = {
    "units": UNITS,
    "bidirectional": BIDIRECTIONAL,
    "dropout": DROPOUT,
    "noise": NOISE,
    "read_out": READ_OUT,
    "forget_bias": FORGET_BIAS,
}
IN_PYTHON_ALONE = {  # parameters of all estimators
    "random_state": Setting(None, LATER),
    "engine": Setting("auto", LATER),
    "warm_start": Setting(False, PYTHON_BOOL),
    "verbose": Setting(0, Accepted(lambda v: is_bool(v) or whole(0).fits(v), whole(0).expected)),
}
