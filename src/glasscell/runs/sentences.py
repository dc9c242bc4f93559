"""Messages by code about runs of any task: folder, files, training, comparison, report, trace.

What only runs of one task say is in the task's folder.
"""

from glasscell.facts import Code


class Runs(Code):
    """Of a run's folder and its files."""

    # finding and creating a run
    NO_RUN = (
        "{name!r} is not a run; expected the name of a run, or a folder with a config.toml; "
        "{there_are}"
    )
    RUNS_ARE = "runs in {folder}: {runs:, }{more}"
    MORE_RUNS = " and {n} more (list them with: ls {folder})"
    NO_RUNS = "there are no runs in {folder}"
    NOT_A_FOLDER = (
        "{file} is not a folder, so no run can be created in it; choose another --output-dir"
    )
    NOT_WRITABLE = "{file} is not writable; change its permissions, or choose another --output-dir"
    BAD_RUN_NAME = (
        "--name {name!r}: expected a folder name of 1 to 200 printable characters, "
        "without a path or a leading dot"
    )
    TAKEN = (
        "{file} already exists; resume it with --resume {file}, replace it with --overwrite, "
        "or choose another --name"
    )
    NOT_A_RUN = "{file} exists but is not a run, so it is not overwritten; choose another --name"
    IN_USE = "{file} is in use by another process; wait until that process ends"
    FOLDER_GONE = (
        "the run's folder disappeared during training; start again, and keep the "
        "folder until training ends"
    )

    # ends of System.NOT_WRITTEN
    START_AGAIN = "start again, or choose another --output-dir"
    OTHER_FOLDER = "try again, or choose another folder with --folder"
    OTHER_OUTPUT_DIR = "try again, or choose another --output-dir"

    # TOML files: config.toml, and that of --about
    NOT_READABLE = "cannot be read ({words}); check its path and permissions"

    # config.toml
    NO_CONFIG = "there is no such file; a run keeps its settings in config.toml"
    CONFIG_IS_FOLDER = "{file} is a folder; give the file in it: {inside}"
    CONFIG_EMPTY = "has no settings; expected lines such as: epochs = 100"
    NOT_UTF8 = "is not UTF-8, which TOML requires; save it as UTF-8"
    CONFIG_NOT_TOML = "is not valid TOML: {words}; expected lines such as: epochs = 100"
    NO_SETTING = "unknown setting {name!r}; the settings are {settings:, }"
    MISSPELT_SETTING = "unknown setting {name!r}; did you mean {close!r}?"
    SETTING_CHANGED = (
        "{name} = {now!r}, but the run was trained with {then!r}; restore that value, or start a "
        "new run: glasscell train --config {config}"
    )
    SETTING_ADDED = (
        "{name} = {now!r}, but the run was trained without it; remove it, or start a new run: "
        "glasscell train --config {config}"
    )
    SETTING_REMOVED = (
        "{name} is missing, but the run was trained with {then!r}; restore it, or start a new "
        "run: glasscell train --config {config}"
    )

    # any file of a run: its defect, and the remedy
    BAD_FILE = "{what}; {then}"
    FILE_MISSING = "is missing"
    FILE_IS_FOLDER = "is a folder; expected a file"
    FILE_UNREADABLE = "cannot be read ({words})"
    FILE_DAMAGED = "is damaged ({words})"
    FILE_CHANGED = "differs from its hash in {sums}"
    WRITE_AGAIN = "write it again with: {command}"
    DELETE_AND_WRITE_AGAIN = "delete it, and write it again with: {command}"
    RESTORE_IT = "restore it, or train from scratch"
    TRAIN_AGAIN = "the run cannot be resumed; start again with: glasscell train --config {config}"
    DELETE_IT = "delete it; the run works without it"
    RESTORE_OR_DELETE = (
        "restore it, or delete it; without it, changes to the other files are not noticed"
    )
    MAKE_READABLE = "make it readable"

    # training, stopping and resuming
    STOPPED = "stopped; the run is saved after epoch {epoch}; resume it with: {command}"
    STOPPED_UNTRAINED = "stopped before the first epoch; resume the run with: {command}"
    STOPPED_TRAINED = "stopped after training; finish the run with: {command}"
    IN_STATE = " in {state}"
    PLANS_AGAIN = "validation is repeated first"
    CONTINUES = "continues after epoch {epochs} of {of}"
    RESUMES = "; the run is saved after epoch {epoch}; resume it with: {command}"
    OLD_RUN_KEPT = "; {run} is unchanged until the new run in {new} is finished"
    DISCARDED = "was not finished; it is discarded, since this command starts again"
    THEN_FINISH = ", then finish the new run with: {command}"
    FEWER_EPOCHS = (
        "epochs = {epochs}: {run} has already been trained for {done}; expected at least that many"
    )
    WEIGHTS_TOO_LARGE = (
        "the weights of one epoch take {size:,} bytes, more than the limit of {most:,}"
    )

    # files of a finished run
    NOT_FINISHED = "is not finished; finish it with: {command}"
    NO_MODEL = "has no model yet; finish training with: {command}"

    # the backend of predictions
    BY_TENSORFLOW = (
        "TensorFlow computes the predictions and takes longer to start: {why}; to fix this, "
        "delete {network} and run: {command}"
    )
    NO_NETWORK = "the run has no {network}"
    NETWORK_UNUSABLE = "{network} {what}"
    NETWORK_OF_LATER = (
        "{network} has format {form!r}, and this glasscell reads {expected}: install a newer one"
    )
    NETWORK_OF_OTHER = (
        "{network} was not made from this {model}, so one of the two is of another run"
    )
    NETWORK_ANSWERS_OTHERWISE = "{network} and {model} predict different values"

    # predict and evaluate on a file
    SOURCE_GONE = "no longer exists, and the run was trained on it; name another FILE to explain"

    # predict in Python
    NOTHING_TO_EXPLORE = (
        "x is missing: expected series (N, T, D), which the explorer of a network shows"
    )
    NO_NETWORK_TO_EXPLORE = (
        "explore shows a network, LSTMClassifier, LSTMRegressor, or a run that glasscell.load "
        "opens: found {kind}"
    )
    OPTIONS_OF_RUNS = (
        "{names:names} {names:is|are} for runs, which glasscell.load opens; this is a network"
    )
    BOTH_GIVEN = (
        "X cannot be combined with a file, or with options of how a file is read; give one of them"
    )
    NO_PROBABILITIES = "predicts numbers, which have no probabilities; use predict"
    NO_PRIOR = "{empty}, and {run} keeps no default prediction for such series: remove them"
    ANSWERED_BY_AVERAGE = "{empty}: predicted as the average of the training data"
    NO_FILE_NAME = "expected the name of a file, found {found}"
    OTHER_SHAPE = (
        "X has the shape {shape!r}: expected (N, T, {width}), with the "
        "channel{channels:|s} {channels:, }"
    )
    OTHER_CHANNELS = (
        "X has the channel{found:|s} {found:, }: expected {expected:, }; read its "
        "file with channels= and these names"
    )
    OFFSET_GONE = (
        "channel {subject!r} of X lies about {offset:.6g} from its training data, as if that "
        "offset had been subtracted: pass raw values, or the whole result of glasscell.data.read"
    )

    # explain and trace: progress
    READING_SERIES = "reading series"
    TRACING = "tracing gates"
    LEAVING_STEPS_OUT = "ablating steps"
    CLAMPING = "clamping gates"
    DRAWING = "drawing figures"
    WRITING_PAGE = "writing the explorer"

    # explain and trace: series
    NO_SUCH_SERIES = (
        "--series {series}: no such series in {where}; expected a name such as {there:reprs 5}"
    )
    NOTHING_OF_SERIES = (
        "--series {name}: all values of this series are missing, so there is nothing to show"
    )
    TOO_MANY_STEPS = (
        "series {series!r} has {steps:,} steps, and figures show at most {most:,}; choose other "
        "series with --series, or write the numbers with glasscell trace"
    )
    NO_TRACE = "all values of all series are missing, so there is nothing to trace"
    LEFT_OUT = "{empty}: skipped"
    ONE_AT_A_TIME = (
        "the file has {n} texts, of which one can be traced at a time: name one, or "
        "use glasscell trace"
    )
    LOOKED_AT_TRAINED = (
        "{n} of the {of} series {n:is a training series|are training series}, so good scores are "
        "expected"
    )
    OTHER_LABELS = (
        "{n} series {n:has a label|have labels} other than the network's, "
        "{classes:names}: not scored"
    )
    UNLABELLED = "{n} series {n:has no label|have no labels}: not scored"
    STEPS_NOT_DRAWN = (
        "series {series!r} has more than {most} step{most:|s}: the ablation of its "
        "steps is not drawn"
    )
    NO_PAGE = "there is no explorer of this model: {why}"
    NO_PAGE_TO_WRITE = "there is no explorer of this model: {why}; remove --output"

    # comparison with another run
    NOT_PAIRED = "not compared with {first} series by series: {others:; }"
    NOT_PAIRED_RUNS = "{runs:, }, since {why_not}"
    OTHER_TASK = "their tasks differ: {first} and {second}"
    ANSWERS_NOT_KEPT = "only runs of a file keep their predictions"
    MADE_BEFORE = "{run} kept no predictions"
    COMPARED = (
        "{first} vs {second} on the same {on}: {score} {one:.{digits}{form}} vs "
        "{two:.{digits}{form}}, {apart} ({interval}){right}: {verdict}"
    )
    INTERVAL = "95% CI {ends}{over}"
    NO_INTERVAL = "no interval"
    SERIES = "{n:series|{n} series}{groups}"
    ACCURACY = "accuracy"
    DIFFERENCE = "difference {by:+−.{digits}f}"
    RATIO = "ratio {by:.{digits}f}"
    RIGHT_IN_ONE = "; correct in only one of them: {only_first} vs {only_second}{test}"
    MCNEMAR = " (McNemar's exact test, p = {p:.2g})"
    BY_GROUP = " (permutation test by group, p = {p:.2g})"
    DIFFER = "significantly different"
    TIE = "a tie"
    NO_DIFFERENCE = "no significant difference"
    TOO_FEW = "too few to tell"

    # written files
    PICTURE = "figure written to {picture}"
    ROWS = "{n:one row|{n} rows} written to {output}"
    HALF_LIVES = "median half-life of the memory: {layers:, }"
    HALF_LIFE = "{steps:.3g} steps ({layer})"

    # of labeled series: codes that reports keep
    ONE_STEP_LEFT = (
        "stride = {stride} merges {steps:the only step|all {steps} steps} of the longest series "
        "into one, so the network sees one step; use a smaller stride"
    )
    TRAINED_ON_TOO = (
        "{n} of {of} series {n:is|are} also in the training data, so "
        "{n:its score says|their scores say} nothing about new series"
    )
    BEST_AFTER = "validation was best after {epochs} epoch{epochs:|s}; training for that many"
    NO_WORSE = "validation never got worse; using all {epochs} epoch{epochs:|s}"
    CLASS_UNMEASURED = (
        "no scored series is of class {classes:reprs 5}, so the scores say "
        "nothing about {classes:it|them}"
    )
    FEW_GROUPS = (
        "no 95% intervals: series of one group are alike, and those scored come from {n:one "
        "group|{n} groups}; expected at least {least}"
    )
    NO_GROUP = (
        "{n} of {of} series {n:has|have} no group, so the 95% intervals treat all series "
        "as independent"
    )
    UNANSWERED_UNSCORED = "{empty}: not predicted, not scored"
    UNSCORED = "{unlabelled}: not scored"
    MARKED_LABELS = (
        "{n} of {of} label{of:|s} {n:is a missing-value code|are missing-value codes}: not scored"
    )
    LABELS_OUTSIDE = (
        "{n} of {of} label{of:|s} {n:is|are} far outside the range of the training labels "
        "({least:.6g} to {most:.6g}; here {low:.6g} to {high:.6g}): are they in the same unit?"
    )


class Reports(Code):
    """Of the scores of a run: in one line, and as a report."""

    ACCURACY = "{how}accuracy {accuracy:.3f} ({right:,}/{n:,}{interval}){on}"
    INTERVAL = ", 95% CI {ends}{over}"
    FILES = "Files of this run: {files:, }, report.json."
    CLASSES = "classes"
    CONFUSION = "confusion matrix (rows: true, columns: predicted)"
