"""What runs say, by code, whatever their kind, and those of labelled series."""

from glasscell.facts import Code


class Runs(Code):
    """Of a run's folder and all that stands in it."""

    # finding and making a run
    NO_RUN = "{name!r} is not a run; expected a run's name, or its folder with config.toml in it; {there_are}"
    RUNS_ARE = "runs in {folder}: {runs:, }{more}"
    MORE_RUNS = " and {n} more, which ls {folder} lists"
    NO_RUNS = "{folder} contains none"
    NOT_A_FOLDER = "{file} is not a folder, so no run can be made in it; give another --output-dir"
    NOT_WRITABLE = "{file} cannot be written to; make it writable, or give another --output-dir"
    BAD_RUN_NAME = "--name {name!r}: expected a folder's name: 1 to 200 printable characters, no path, no dot in front"
    TAKEN = "{file} exists already; give another --name, resume it with --resume {file}, or --overwrite it"
    NOT_A_RUN = "{file} exists and is not a run, so it is not overwritten; give another --name"
    IN_USE = "{file} is in use by another process; wait until that is done"
    FOLDER_GONE = "the run's folder is gone; start again, and leave it in its place until it is trained"

    # what to do once a file can be written
    START_AGAIN = "start again, or give another --output-dir"
    OTHER_OUTPUT_DIR = "give another --output-dir"

    # config.toml
    NO_CONFIG = "there is no such file; a run's settings are in its config.toml"
    CONFIG_IS_FOLDER = "{file} is a folder; give the file in it, {inside}"
    CONFIG_UNREADABLE = "cannot be read ({words}); make it readable"
    NOT_UTF8 = "is not UTF-8 text, so not TOML; save it as UTF-8"
    CONFIG_NOT_TOML = "is not valid TOML: {words}; a line looks like: epochs = 100"
    NO_SETTING = "{name!r} is not a setting; the settings are {settings:, }"
    MISSPELT_SETTING = "{name!r} is not a setting; did you mean {close!r}?"
    SETTING_CHANGED = (
        "{name} = {now!r}, but the run was trained with {then!r}; put that back, or start a new run: glasscell train "
        "--config {config}"
    )

    # data.json
    NO_DATA_JSON = "is missing or damaged; put it back, or train from scratch"
    OFFSETS_DAMAGED = '"offsets" is damaged ({words}); put the file back, or train from scratch'
    EXTENT_DAMAGED = '"extent" is damaged ({words}); remove it, or train again'

    # what is trained on
    NO_LABELS = (
        "has no labels, so there is nothing to learn; expected a column of classes or numbers: name it with --label, "
        "or a file that has the label of each series by --labels"
    )
    BESIDES = "; {note}"
    NO_LABELS_TO_COMPARE = "has no labels to compare with; name their column with --label"
    ONE_CLASS = (
        "{which} of one class, {label!r}, so there is nothing to learn; expected at least two different labels: add "
        "series with another, or name the column of the labels by --label"
    )
    ONE_NUMBER = (
        "{which} labelled {label:g}, so there is nothing to learn; expected at least two different labels: add series "
        "with another, or name the column of the labels by --label"
    )
    ONLY_SERIES = "the only series is"
    ALL_SERIES = "all {n} series are"
    ONE_STEP_LEFT = (
        "stride {stride} joins all of the {steps} steps of the longest series into one: the network has nothing to "
        "remember"
    )
    TRAINED_ON_TOO = "{n} of {of} series are in the training data, too: what is measured on them is no test"

    # settings that do not go together
    MEASURE_AND_VALID = "measure = 'folds' does not go with valid, which measures; leave one of them out"
    CLASS_WEIGHT = "class_weight goes with classes, and the labels are numbers; leave it out"
    CLASS_WOULD_MISS = (
        "early_stopping sets groups aside, but whichever are set aside, a class is missing in the rest; train with "
        "early_stopping = false, or leave the group out"
    )
    NO_MEMORY = (
        "hidden_size = {hidden_size}, batch_size = {batch_size}: expected what fits into this machine's memory; make "
        "them smaller"
    )

    # training, stopped and resumed
    REHEARSAL = (
        "first, three networks are trained without a third of the series each, to see after how many epochs answers to "
        "others are best"
    )
    BEST_AFTER = "answers to others were best after {epochs} epochs: it is trained for as many"
    NO_WORSE = "answers to others became no worse in {epochs} epochs: it is trained for all of them"
    STOPPED = "stopped; the run is safe and resumes after epoch {epoch} with: {command}"
    STOPPED_TRAINED = "stopped; the run is trained; finish it with: {command}"
    IN_STATE = " in {state}"
    RESUMES = "; the run resumes after epoch {epoch} with: {command}"
    STATE_DAMAGED = (
        "is missing or damaged ({words}), so the run cannot be resumed; start it again with: glasscell train --config "
        "{config}"
    )
    FEWER_EPOCHS = "epochs = {epochs}: {run} has done {done} already; expected at least as many"
    OTHER_SERIES = (
        "holds other series or labels than when the run began; put the file back as it was, or train from scratch"
    )
    WEIGHTS_TOO_LARGE = "the weights take {size} bytes, and at most {most} are kept of an epoch"

    # further trainings, which measure
    SECOND_NETWORK = (
        "no series were set aside, so a second network is trained in the same way on {rest} of the {n}, to measure on "
        "the other {aside} how good its answers are: about {seconds:.0f} s{groups}"
    )
    MORE_NETWORKS = (
        "to measure how good its answers are, {networks} more networks are trained in the same way, each without "
        "another {share} of the {n} series, which it then answers: about {seconds:.0f} s{groups}"
    )
    HALF = "half"
    THIRD = "third"
    QUARTER = "quarter"
    FIFTH = "fifth"
    TENTH = "tenth"
    SHARE = "1/{parts}"
    GROUPS_TOGETHER = "; those of a group are left out together"
    FURTHER_FAILED = "in a further training, on {n} of the series, to measure: {cause}; measure = 'none' does without"
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
    BETTER = "better than every baseline: {score} {ours:−.{digits}f} vs {theirs:−.{digits}f} ({rival})"
    AS_GOOD = "as good as {rival} (both {ours:−.3f})"
    NOT_BETTER = "not better than {rival}: {score} {ours:−.3f} vs {theirs:−.3f}"
    PERHAPS_NO_BETTER = (
        "not significantly better than {rival}: {score} {ours:−.3f} vs {theirs:−.3f}, within the 95% CI {interval}"
    )
    HIGHER = "better than every baseline: {score} {ours:−.{digits}f} vs {theirs:−.{digits}f} ({rival}), no interval"
    LEFT_OUT_FOR_TIME = "{rival} was skipped: with this many series it takes more than {seconds:g} seconds"
    HALF_WIDTH = "90% of predictions for new series like these are within ±{half_width:.4g} of the target"

    # intervals of scores
    OVER_GROUPS = " over {n} groups"
    FEW_GROUPS = (
        "no 95% intervals: series of one group are alike, and those scored come from {n:one group|{n} groups}; "
        "expected at least {least}"
    )
    NO_GROUP = "{n} of {of} series {n:has|have} no group, so the 95% intervals treat all series as independent"

    # files that a finished run has
    NOT_FINISHED = "is not finished; finish it: {command}"
    NO_MODEL = "has no model yet; finish its training: {command}"
    REPORT_DAMAGED = "is damaged ({words}); write it again with: {command}"
    METRICS_UNREADABLE = "cannot be read ({words}); train from scratch"
    DAMAGED = "is damaged ({words}); delete it, and write it again: {command}"
    MODEL_CUT_OFF = "is damaged: it is cut off, or no .keras file; delete it, and write it again: {command}"
    MODEL_DAMAGED = "is missing or damaged ({words}); delete it if it is there, and write it again: {command}"
    EPOCH_DAMAGED = "is damaged ({words}); delete it: the run goes without"

    # what answers
    BY_TENSORFLOW = (
        "TensorFlow answers, which takes longer to start, since {why}; to write it again: delete it, then {command}"
    )
    NO_NETWORK = "the run has no {network}"
    NETWORK_MISSING = "{network} is missing or damaged ({words})"
    NETWORK_DAMAGED = "{network} is damaged ({words})"
    NETWORK_OF_LATER = "{network} has the form {form!r}, expected {expected}: install a newer glasscell"
    NETWORK_OF_OTHER = "{network} was not made of this {model}"
    NETWORK_ANSWERS_OTHERWISE = "{network} would answer otherwise than {model}"
    TENSORFLOW_WILL_START = "predict and evaluate will start TensorFlow to answer: {why}"

    # asked about a file
    OF_DIGITS = "was trained on the article's digits, not on a file; expected a run of a file"
    SOURCE_GONE = "is what the run was trained on, and is gone; name a FILE to look at"
    NO_DIGIT = "series {series!r} has {steps} steps; expected a digit's {expected} rows"
    NOTHING_TO_SCORE = "every value of every series is missing, so there is nothing to score"
    ALL_LABELS_MISSING = "every label is missing, so there is nothing to score"
    NO_LABELS_TO_SCORE = "has no labels to compare with; name their column with --label, or use predict"
    UNANSWERED = "{empty}: given no answer"
    UNANSWERED_UNSCORED = "{empty}: given no answer, and not scored"
    UNSCORED = "{unlabelled}: not scored"
    MARKED_LABELS = "the label of {n} of {of} series means not measured: not scored"
    ALL_MISSING = "all values are missing"
    LABELS_OUTSIDE = (
        "{n} of {of} labels lie far outside of those trained on ({least:.3g} to {most:.3g}; here {low:.3g} to "
        "{high:.3g}): are they in the same unit?"
    )
    CLASS_UNMEASURED = "none of the series measured is of class {classes:reprs 5}: the scores say nothing about it"

    # low and high of numbers
    NOT_NUMBERS = "answers with classes, and coverage goes with numbers"
    NO_RESIDUALS = (
        "there is no residuals.npz, which low and high are made of; train with a measure other than 'none', and with "
        "at least four series"
    )
    FEW_RESIDUALS = (
        "{n} series were measured, and low and high that hold {coverage:.3g} of all need {fewest}; ask for a coverage "
        "of at most {most:.3f}"
    )
    NO_LOW_AND_HIGH = "the answers have no low and high: {why}"
    INTERVALS_HELD = (
        "low and high (±{half_width:.4g}) contain the target of {held} of {n} series: coverage {share:.3f}{interval}, "
        "nominal {coverage:.3g}"
    )
    HELD_INTERVAL = " (95% CI {ends})"

    # asked in a program
    NO_PROBABILITIES = "answers numbers, which have no probabilities; use predict"
    NO_PRIOR = "{empty}, and {run} was trained before a run kept an answer to such: leave them out"
    ANSWERED_BY_AVERAGE = "{empty}: answered by what training saw on average"
    NO_ARRAY = "X is no array of numbers, nor a list of arrays (T, D): {cause}"
    NO_SERIES = "X has no series: expected one at least"
    OTHER_SHAPE = "X has the shape {shape!r}: expected (N, T, {width}), a column for each of the channels {channels:, }"
    OTHER_CHANNELS = (
        "X has the channels {found:, }: expected {expected:, }; read its file with channels= and these names"
    )
    INFINITE = "X[{place}] has an infinite value: expected numbers, or NaN where nothing was measured"
    OFFSET_GONE = (
        "channel {subject!r} of X lies about {offset:.6g} from where it lay in training, as if that had been "
        "subtracted already: give what was measured, or all that glasscell.data.read returned"
    )

    # looked into
    READING_SERIES = "reading the series"
    TRACING = "tracing gates"
    LEAVING_STEPS_OUT = "what each step changed"
    CLAMPING = "clamping gates"
    DRAWING = "drawing"
    WRITING_PAGE = "writing the page"
    NO_SUCH_SERIES = "--series {name}: there is no such series; they are called {known:reprs}, …"
    NOTHING_OF_SERIES = "--series {name}: all values of this series are missing, so there is nothing to show of it"
    TOO_MANY_STEPS = (
        "series {series!r} has {steps} steps: expected at most {most}, or neither pictures nor page could be read; "
        "choose others with --series, or take the numbers: glasscell trace"
    )
    NO_TRACE = "every value of every series is missing, so there is no trace"
    LEFT_OUT = "{empty}: left out"
    NO_PAGE = "there is no page of this model, for it would have to compute it: {why}"
    NO_PAGE_TO_WRITE = "there is no page of this model: {why}; leave --output out"
    LOOKED_AT_TRAINED = "{n} of the {of} series were trained on: good answers to them prove little"
    OTHER_LABELS = "{n} series have labels other than the network's, {classes:names}: they are not scored"
    UNLABELLED = "{n} series have no label: they are not scored"
    STEPS_NOT_DRAWN = "series {series} has more than {most} steps: what each step changed is not drawn"

    # somebody else's model
    ABOUT_A_RUN = "--about {about}: a run knows what its numbers mean; it goes with a model's file"
    NO_OWN_SERIES = "a model's file has no series of its own; name a FILE to look at"
    CHANNELS_OF_MODEL = (
        "has {n} channels ({channels:, }): the model {model!r} reads {features} channels; choose them with --channels"
    )
    TOKENS_OF_MODEL = (
        "has {n} channels ({channels:, }): the model {model!r} reads numbers of tokens, 1 channel; choose them with "
        "--channels"
    )
    LABELS_NO_NUMBERS = (
        "its labels are no numbers, such as {label!r}, and the model {model!r} answers numbers, for its read-out is no "
        "softmax and no single sigmoid: leave the column of labels out, or choose another with --label"
    )
    NO_TOKEN = (
        "series {series!r} has {value:g} at step {step}: the model {model!r} knows the tokens 0 to {last}, whole "
        "numbers"
    )
    MODEL_WITHOUT_GAPS = (
        "series {series!r} has no value at step {step}, and the model {model!r} knows no missing values; fill them in, "
        "or leave the series out"
    )
    LENGTHS_DIFFER = (
        "has series of {fewest} to {most} steps, and the model {model!r} masks none: make them of one length, as it "
        "was trained on"
    )
    OTHER_LENGTH = "has series of {steps} steps: the model {model!r} reads {expected}"
    ANSWERS_OTHERWISE = "what would be shown is not what the model answers, by {by:.2g}; report it"

    # a file that says what its numbers mean
    ABOUT_UNREADABLE = "cannot be read ({words}); check its name"
    ABOUT_NOT_TOML = "is not TOML: {words}; expected lines like labels = ['walk', 'run'], of {fields:, }"
    NO_FIELD = "{name!r} is not known: expected {fields:, }"
    ABOUT_NO_NUMBERS = "{name} is {found!r}: expected a list of numbers"
    ABOUT_NO_NAMES = "{name} is {found!r}: expected a list of names"
    ABOUT_NO_WORDS = "words is {found}: expected a list of names, or a table of lines like 17 = 'great'"
    ONE_OF_TWO = "mean and deviation go together: expected both, or none"
    ABOUT_NOT_FINITE = "{name} is {found!r}: expected finite numbers"
    NO_DEVIATION = "a deviation is not above 0"
    WORD_OF_NO_TOKEN = "words has a name for token {token}: the model {model!r} knows the tokens 0 to {last}"
    WORD_FOR_NO_TOKENS = "words has a name for token {token}: the model {model!r} reads no tokens"
    ENTRIES_READ = "{name} has {n} entries: expected {expected}, as many as the model {model!r} reads"
    ENTRIES_ANSWERED = "{name} has {n} entries: expected {expected}, as many as the model {model!r} answers"

    # compared with another run
    NOT_PAIRED = "not compared with {first} series by series: {others:; }"
    NOT_PAIRED_RUNS = "{runs:, }, since {why_not}"
    ONE_OF_FORECASTS = "only one of them forecasts"
    ONE_OF_TEXT = "only one of them is a language model"
    ONE_OF_STEPS = "only one of them labels every step"
    CLASSES_AND_NUMBERS = "one predicts classes, the other continuous targets"
    ANSWERS_NOT_KEPT = "only runs of a file keep their predictions"
    MEASURED_BY_TRAINING = "{run} was scored on its training data"
    MADE_BEFORE = "{run} kept no predictions"
    NOTHING_IN_BOTH = "they were scored on different series"
    ERRORS_APART = (
        "{first} vs {second} on the same {n} series{groups}: root mean square error {one:.{digits}g} vs "
        "{two:.{digits}g}, ratio {ratio:.{digits_of_ratio}f} ({interval}): {verdict}"
    )
    ACCURACIES_APART = (
        "{first} vs {second} on the same {n} series{groups}: accuracy {one:.{digits}f} vs {two:.{digits}f}, "
        "difference {apart:+−.{digits}f} ({interval}); correct in only one of them: {only_first} vs {only_second} "
        "({test}): {verdict}"
    )
    ACCURACIES_OF_FEW = (
        "{first} vs {second} on the same {n} series{groups}: accuracy {one:.{digits}f} vs {two:.{digits}f}, "
        "difference {apart:+−.{digits}f}; correct in only one of them: {only_first} vs {only_second}; too few groups "
        "for a test"
    )
    OF_GROUPS = " from {n:one group|{n} groups}"
    MCNEMAR = "McNemar's exact test, p = {p:.2g}"
    BY_GROUP = "permutation test by group, p = {p:.2g}"
    INTERVAL = "95% CI {ends}"
    NO_INTERVAL = "too few series for an interval"
    DIFFER = "significantly different"
    TIE = "a tie"
    NO_DIFFERENCE = "no significant difference"

    # leaving for other formats
    NOTHING_TO_EXPORT = "{kind}: expected a run's folder, an estimator, or a keras.Model"
    NO_NAMES_OF_TEXT = "{name}: a language model reads text, which has none"
    NO_NAMES_OF_FORECASTS = (
        "{name}: a forecaster answers quantiles of its series, in their unit, which have no such names"
    )
    NAMES_TOO_MANY = "{name} has {n} names: expected {expected}"
    UNIT_OF_NOTHING = "units has {name!r}: expected names of channels or targets"
    SILENT_MODEL = (
        "the model {model!r} does not say what it reads: expected a Functional or Sequential one that has been built "
        "(a Sequential one that begins with keras.Input)"
    )
    RESPACED = "it was trained on series brought to a step of {every} (--every {every}): bring others to it, too"
    TIME_GAPS = "the channel {channel!r} is the time since the step before, 0 at the first: it is to be filled in"
