"""What runs say, by code, whatever their kind, and those of labelled series."""

from glasscell.facts import Code


class Runs(Code):
    """Of a run's folder and all that stands in it."""

    # finding and creating a run
    NO_RUN = "{name!r} is not a run; expected the name of a run, or a folder with a config.toml; {there_are}"
    RUNS_ARE = "runs in {folder}: {runs:, }{more}"
    MORE_RUNS = " and {n} more (list them with: ls {folder})"
    NO_RUNS = "there are no runs in {folder}"
    NOT_A_FOLDER = "{file} is not a folder, so no run can be created in it; choose another --output-dir"
    NOT_WRITABLE = "{file} is not writable; change its permissions, or choose another --output-dir"
    BAD_RUN_NAME = (
        "--name {name!r}: expected a folder name of 1 to 200 printable characters, without a path or a leading dot"
    )
    TAKEN = (
        "{file} already exists; resume it with --resume {file}, replace it with --overwrite, or choose another --name"
    )
    NOT_A_RUN = "{file} exists but is not a run, so it is not overwritten; choose another --name"
    IN_USE = "{file} is in use by another process; wait until that process ends"
    FOLDER_GONE = "the run's folder disappeared during training; start again, and keep the folder until training ends"

    # the last words of System.NOT_WRITTEN
    START_AGAIN = "start again, or choose another --output-dir"
    OTHER_OUTPUT_DIR = "try again, or choose another --output-dir"

    # files of TOML: config.toml, and what --about names
    NOT_READABLE = "cannot be read ({words}); check its path and permissions"

    # config.toml
    NO_CONFIG = "there is no such file; a run keeps its settings in config.toml"
    CONFIG_IS_FOLDER = "{file} is a folder; give the file in it: {inside}"
    NOT_UTF8 = "is not UTF-8, which TOML requires; save it as UTF-8"
    CONFIG_NOT_TOML = "is not valid TOML: {words}; expected lines such as: epochs = 100"
    NO_SETTING = "unknown setting {name!r}; the settings are {settings:, }"
    MISSPELT_SETTING = "unknown setting {name!r}; did you mean {close!r}?"
    SETTING_CHANGED = (
        "{name} = {now!r}, but the run was trained with {then!r}; restore that value, or start a new run: glasscell "
        "train --config {config}"
    )
    SETTING_ADDED = (
        "{name} = {now!r}, but the run was trained without it; remove it, or start a new run: glasscell train --config "
        "{config}"
    )
    SETTING_REMOVED = (
        "{name} is missing, but the run was trained with {then!r}; restore it, or start a new run: glasscell train "
        "--config {config}"
    )

    # data.json
    NO_DATA_JSON = "is missing or damaged; restore it, or train from scratch"
    OFFSETS_DAMAGED = 'has damaged "offsets" ({words}); restore the file, or train from scratch'
    EXTENT_DAMAGED = 'has a damaged "extent" ({words}); delete that entry, or train again'

    # the training data
    NO_LABELS = (
        "has no labels, so there is nothing to learn; name the label column with --label, or a file of labels with "
        "--labels"
    )
    BESIDES = "; {note}"
    NO_LABELS_TO_COMPARE = "has no labels for validation; name the label column with --label"
    ONE_CLASS = (
        "{which} of class {label!r}, so there is nothing to learn; add series of another class, or name the label "
        "column with --label"
    )
    ONE_NUMBER = (
        "{which} labeled {label:g}, so there is nothing to learn; add series with other labels, or name the label "
        "column with --label"
    )
    ONLY_SERIES = "the only series is"
    ALL_SERIES = "all {n} series are"
    ONE_STEP_LEFT = (
        "stride = {stride} merges all {steps} steps of the longest series into one, so the network sees one step; use "
        "a smaller stride"
    )
    TRAINED_ON_TOO = (
        "{n} of {of} series {n:is|are} also in the training data, so their scores say nothing about new series"
    )

    # settings that exclude each other
    MEASURE_AND_VALID = "measure = 'folds' cannot be combined with valid, which measures already; remove one of them"
    CLASS_WEIGHT = "class_weight is for classification, but the targets are continuous; remove it"
    CLASS_WOULD_MISS = (
        "early_stopping holds out whole groups, but any choice of them removes a class from training; set "
        "early_stopping = false, or remove the setting group"
    )
    NO_MEMORY = (
        "hidden_size = {hidden_size} and batch_size = {batch_size} need more memory than this machine has; reduce them"
    )

    # training, stopping and resuming
    REHEARSAL = "choosing the number of epochs by 3-fold cross-validation"
    BEST_AFTER = "validation was best after {epochs} epoch{epochs:|s}; training for that many"
    NO_WORSE = "validation never got worse; using all {epochs} epoch{epochs:|s}"
    STOPPED = "stopped; the run is saved after epoch {epoch}; resume it with: {command}"
    STOPPED_TRAINED = "stopped after training; finish the run with: {command}"
    IN_STATE = " in {state}"
    RESUMES = "; the run is saved after epoch {epoch}; resume it with: {command}"
    STATE_DAMAGED = (
        "is missing or damaged ({words}), so the run cannot be resumed; start again with: glasscell train --config "
        "{config}"
    )
    FEWER_EPOCHS = "epochs = {epochs}: {run} has already been trained for {done}; expected at least that many"
    OTHER_SERIES = "contains other series or labels than at the start of the run; restore it, or train from scratch"
    WEIGHTS_TOO_LARGE = "the weights of one epoch take {size:,} bytes, more than the limit of {most:,}"

    # more networks, trained to measure the run
    SECOND_NETWORK = (
        "no series were held out, so a second network is trained on {rest} of the {n} series and scored on the other "
        "{aside}: about {seconds:.0f} s{groups}"
    )
    MORE_NETWORKS = (
        "no series were held out, so the run is scored by {networks}-fold cross-validation on the {n} series: about "
        "{seconds:.0f} s{groups}"
    )
    GROUPS_TOGETHER = "; each group is held out as a whole"
    FURTHER_FAILED = (
        "training a network on {n} series, to score the run, failed: {cause}; skip this with measure = 'none'"
    )
    ON_ASIDE = "the validation split"
    ON_TRAINING = "the training data"
    ON_TWIN = "a held-out split"
    ON_FOLDS = "{n} cross-validation folds"

    # the baselines, and how the network compares with the best of them
    MAJORITY = "majority class"
    MEAN = "mean"
    NEAREST_NEIGHBOUR = "nearest neighbor"
    NEAREST_NEIGHBOUR_DTW = "nearest neighbor with DTW"
    SUMMARIES = "linear model on summary statistics"
    MINI_ROCKET = "MiniRocket"
    BETTER = "better than every baseline: {score} {ours:−.{digits}f} vs {theirs:−.{digits}f} ({rival})"
    AS_GOOD = "as good as {rival} (both {ours:−.3f})"
    NOT_BETTER = "not better than {rival}: {score} {ours:−.3f} vs {theirs:−.3f}"
    PERHAPS_NO_BETTER = (
        "not significantly better than {rival}: {score} {ours:−.3f} vs {theirs:−.3f}, within the 95% CI {interval}"
    )
    HIGHER = "better than every baseline: {score} {ours:−.{digits}f} vs {theirs:−.{digits}f} ({rival}), no interval"
    LEFT_OUT_FOR_TIME = "{rival} was skipped: with this many series it takes more than {seconds:g} seconds"
    NO_MINI_ROCKET = (
        "MiniRocket is a strong baseline for series of more than {steps} steps; to compare with it: pip install "
        '"glasscell[rocket]"'
    )
    AEON_BROKEN = "aeon cannot be imported ({words}), so MiniRocket was skipped; reinstall aeon"
    FITTING_MINI_ROCKET = (
        "fitting MiniRocket as a baseline: about {seconds:.0f} s ({first:.0f} s more on first use, while aeon "
        "compiles it)"
    )
    HALF_WIDTH = "90% of predictions for new series like these are within ±{half_width:.4g} of the target"

    # intervals of scores
    OVER_GROUPS = " over {n} groups"
    FEW_GROUPS = (
        "no 95% intervals: series of one group are alike, and those scored come from {n:one group|{n} groups}; "
        "expected at least {least}"
    )
    NO_GROUP = "{n} of {of} series {n:has|have} no group, so the 95% intervals treat all series as independent"

    # files of a finished run
    NOT_FINISHED = "is not finished; finish it with: {command}"
    NO_MODEL = "has no model yet; finish training with: {command}"
    REPORT_DAMAGED = "is damaged ({words}); write it again with: {command}"
    METRICS_UNREADABLE = "cannot be read ({words}); train from scratch"
    DAMAGED = "is damaged ({words}); delete it, and write it again with: {command}"
    MODEL_CUT_OFF = "is damaged: it is truncated or not a .keras file; delete it, and write it again with: {command}"
    MODEL_DAMAGED = "is missing or damaged ({words}); delete it if it exists, and write it again with: {command}"
    EPOCH_DAMAGED = "is damaged ({words}); delete it: the run works without it"

    # what computes the predictions
    BY_TENSORFLOW = (
        "TensorFlow computes the predictions and takes longer to start: {why}; to fix this, delete {network} "
        "and run: {command}"
    )
    TENSORFLOW_WILL_START = "predict and evaluate will start TensorFlow, which takes longer: {why}"
    NO_NETWORK = "the run has no {network}"
    NETWORK_MISSING = "{network} is missing or damaged ({words})"
    NETWORK_DAMAGED = "{network} is damaged ({words})"
    NETWORK_OF_LATER = "{network} has format {form!r}, and this glasscell reads {expected}: install a newer one"
    NETWORK_OF_OTHER = "{network} was not made from this {model}"
    NETWORK_ANSWERS_OTHERWISE = "{network} and {model} predict different values"

    # predict and evaluate on a file
    OF_DIGITS = "was trained on the digits of the original tutorial; expected a run that was trained on a file"
    SOURCE_GONE = "no longer exists, and the run was trained on it; name another FILE to explain"
    NO_DIGIT = "series {series!r} has {steps} steps; expected the {expected} rows of a digit"
    NOTHING_TO_SCORE = "all values of all series are missing, so there is nothing to score"
    ALL_LABELS_MISSING = "all labels are missing, so there is nothing to score"
    NO_LABELS_TO_SCORE = "has no labels to score against; name the label column with --label, or use predict"
    UNANSWERED = "{empty}: not predicted"
    UNANSWERED_UNSCORED = "{empty}: not predicted, not scored"
    UNSCORED = "{unlabelled}: not scored"
    MARKED_LABELS = "{n} of {of} labels {n:is a missing-value code|are missing-value codes}: not scored"
    ALL_MISSING = "all values are missing"
    LABELS_OUTSIDE = (
        "{n} of {of} labels {n:is|are} far outside the range of the training labels ({least:.6g} to {most:.6g}; here "
        "{low:.6g} to {high:.6g}): are they in the same unit?"
    )
    CLASS_UNMEASURED = (
        "no scored series is of class {classes:reprs 5}, so the scores say nothing about {classes:it|them}"
    )

    # prediction intervals, the columns low and high
    NOT_NUMBERS = "is a classification run; coverage is for regression"
    NO_RESIDUALS = (
        "there is no residuals.npz to compute prediction intervals from; train on at least four series, with a measure "
        "other than 'none'"
    )
    FEW_RESIDUALS = (
        "{n} residual{n: is|s are} too few for prediction intervals of coverage {coverage:.3g}, which need {fewest}; "
        "use a coverage of at most {most:.3f}"
    )
    NO_LOW_AND_HIGH = "the predictions have no low and high: {why}"
    INTERVALS_HELD = (
        "low and high (±{half_width:.4g}) contain the target of {held} of {n} series: coverage {share:.3f}{interval}, "
        "nominal {coverage:.3g}"
    )
    HELD_INTERVAL = " (95% CI {ends})"

    # predict in Python
    NOTHING_TO_EXPLORE = "x is missing: expected series (N, T, D), which the explorer of a network shows"
    OPTIONS_OF_RUNS = "{names:names} {names:is|are} for runs, which glasscell.load opens; this is a network"
    BOTH_GIVEN = "X cannot be combined with a file, or with options of how a file is read; give one of them"
    NO_PROBABILITIES = "predicts numbers, which have no probabilities; use predict"
    NO_PRIOR = "{empty}, and {run} keeps no default prediction for such series: remove them"
    ANSWERED_BY_AVERAGE = "{empty}: predicted as the average of the training data"
    NO_ARRAY = "X is neither an array of numbers nor a list of arrays (T, D): {cause}"
    NO_SERIES = "X has no series: expected at least one"
    OTHER_SHAPE = "X has the shape {shape!r}: expected (N, T, {width}), with the channel{channels:|s} {channels:, }"
    OTHER_CHANNELS = (
        "X has the channel{found:|s} {found:, }: expected {expected:, }; read its file with channels= and these names"
    )
    INFINITE = "X[{place}] has an infinite value: expected numbers, or NaN for missing values"
    OFFSET_GONE = (
        "channel {subject!r} of X lies about {offset:.6g} from its training data, as if that offset had been "
        "subtracted: pass raw values, or the whole result of glasscell.data.read"
    )

    # explain and trace: progress
    READING_SERIES = "reading series"
    TRACING = "tracing gates"
    LEAVING_STEPS_OUT = "ablating steps"
    CLAMPING = "clamping gates"
    DRAWING = "drawing figures"
    WRITING_PAGE = "writing the explorer"

    # explain and trace: series
    NO_SUCH_SERIES = "--series {series}: no such series in {where}; expected a name such as {there:reprs 5}"
    NOTHING_OF_SERIES = "--series {name}: all values of this series are missing, so there is nothing to show"
    TOO_MANY_STEPS = (
        "series {series!r} has {steps:,} steps, and figures show at most {most:,}; choose other series with --series, "
        "or write the numbers with glasscell trace"
    )
    NO_TRACE = "all values of all series are missing, so there is nothing to trace"
    LEFT_OUT = "{empty}: skipped"
    ONE_AT_A_TIME = "the file has {n} texts, of which one can be traced at a time: name one, or use glasscell trace"
    LOOKED_AT_TRAINED = "{n} of the {of} series are training series, so good scores are expected"
    OTHER_LABELS = "{n} series {n:has a label|have labels} other than the network's, {classes:names}: not scored"
    UNLABELLED = "{n} series {n:has no label|have no labels}: not scored"
    STEPS_NOT_DRAWN = "series {series!r} has more than {most} steps: the ablation of its steps is not drawn"
    NO_PAGE = "there is no explorer of this model: {why}"
    NO_PAGE_TO_WRITE = "there is no explorer of this model: {why}; remove --output"

    # explain: a model file from elsewhere
    ABOUT_A_RUN = "--about {about}: it describes a model file, and a run needs none; remove --about"
    NO_OWN_SERIES = "is a model file, which contains no series; name a FILE to explain"
    CHANNELS_OF_MODEL = (
        "has {n} channel{n:|s} ({channels:, }), but the model {model!r} expects {features}; choose them with --channels"
    )
    TOKENS_OF_MODEL = (
        "has {n} channel{n:|s} ({channels:, }), but the model {model!r} expects one channel of tokens; choose it with "
        "--channels"
    )
    LABELS_NO_NUMBERS = (
        "has labels that are not numbers, such as {label!r}, but the model {model!r} predicts numbers (no softmax, no "
        "single sigmoid); remove the label column, or choose another with --label"
    )
    NO_TOKEN = (
        "series {series!r} has {value:g} at step {step}; the model {model!r} expects tokens, integers from 0 to {last}"
    )
    MODEL_WITHOUT_GAPS = (
        "series {series!r} has a missing value at step {step}, which the model {model!r} cannot process; impute "
        "missing values, or remove the series"
    )
    LENGTHS_DIFFER = (
        "has series of {fewest} to {most} steps, but the model {model!r} has no masking; make all as long as its "
        "training series"
    )
    OTHER_LENGTH = "has series of {steps} steps, but the model {model!r} expects {expected}"
    ANSWERS_OTHERWISE = "the explained predictions differ from the model's own by {by:.2g}; please report this bug"

    # explain: a file that describes the model's numbers
    ABOUT_NOT_TOML = "is not valid TOML: {words}; expected lines such as labels = ['walk', 'run'], for {fields:, }"
    NO_FIELD = "unknown entry {name!r}: expected {fields:, }"
    ABOUT_NO_NUMBERS = "{name} is {found!r}: expected a list of numbers"
    ABOUT_NO_NAMES = "{name} is {found!r}: expected a list of names"
    ABOUT_NO_WORDS = "words is {found}: expected a list of names, or a table with lines such as 17 = 'great'"
    ONE_OF_TWO = "expected both mean and deviation, or neither"
    ABOUT_NOT_FINITE = "{name} is {found!r}: expected finite numbers"
    NO_DEVIATION = "deviation has a value that is not above 0; expected standard deviations"
    WORD_OF_NO_TOKEN = "words has a name for token {token}: the model {model!r} has the tokens 0 to {last}"
    WORD_FOR_NO_TOKENS = "words has a name for token {token}: the input of the model {model!r} is not tokens"
    ENTRIES_READ = (
        "{name} has {n} {n:entry|entries}: expected {expected}, one for each input channel of the model {model!r}"
    )
    ENTRIES_ANSWERED = (
        "{name} has {n} {n:entry|entries}: expected {expected}, one for each output of the model {model!r}"
    )

    # compared with another run
    NOT_PAIRED = "not compared with {first} series by series: {others:; }"
    NOT_PAIRED_RUNS = "{runs:, }, since {why_not}"
    OTHER_TASK = "their tasks differ: {first} and {second}"
    CLASSES_AND_NUMBERS = "one predicts classes, the other continuous targets"
    ANSWERS_NOT_KEPT = "only runs of a file keep their predictions"
    MEASURED_BY_TRAINING = "{run} was scored on its training data"
    MADE_BEFORE = "{run} kept no predictions"
    NOTHING_IN_BOTH = "they were scored on different series"
    COMPARED = (
        "{first} vs {second} on the same {on}: {score} {one:.{digits}{form}} vs {two:.{digits}{form}}, {apart} "
        "({interval}){right}: {verdict}"
    )
    INTERVAL = "95% CI {ends}{over}"
    NO_INTERVAL = "no interval"
    SERIES = "{n:series|{n} series}{groups}"
    OF_GROUPS = " from {n:one group|{n} groups}"
    ACCURACY = "accuracy"
    ROOT_MEAN_SQUARE_ERROR = "root mean square error"
    DIFFERENCE = "difference {by:+−.{digits}f}"
    RATIO = "ratio {by:.{digits}f}"
    RIGHT_IN_ONE = "; correct in only one of them: {only_first} vs {only_second}{test}"
    MCNEMAR = " (McNemar's exact test, p = {p:.2g})"
    BY_GROUP = " (permutation test by group, p = {p:.2g})"
    DIFFER = "significantly different"
    TIE = "a tie"
    NO_DIFFERENCE = "no significant difference"
    TOO_FEW = "too few to tell"

    # files that are written
    PICTURE = "figure written to {picture}"
    ANSWERS = "{n:one prediction|{n} predictions} written to {output}"
    ROWS = "{n:one row|{n} rows} written to {output}"
    HALF_LIVES = "median half-life of the memory: {layers:, }"
    HALF_LIFE = "{steps:.3g} steps ({layer})"

    # export
    NOTHING_TO_EXPORT = "cannot export a value of type {kind}: expected a run's folder, an estimator or a keras.Model"
    SILENT_MODEL = (
        "the inputs of the model {model!r} are unknown: expected a Functional model, or a Sequential one that was "
        "built or begins with keras.Input"
    )
    RESPACED = "the training series were resampled to steps of {every} (--every {every}): resample new series, too"
    TIME_GAPS = "the channel {channel!r} is the time since the previous step, 0 at the first: fill it in yourself"
