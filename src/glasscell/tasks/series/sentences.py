"""Messages by code about classification and regression: folds, baselines, scores, duration.

Also about other people's Keras models. What is said about the file is in `data`; about X and y, in
`estimators`; about runs of any task, in `runs`.
"""

from glasscell.facts import Code


class Series(Code):
    """Messages about series classification and regression."""

    CALLED = "series classification or regression"
    GOES_WITH = "a FILE of labeled series"

    # the training data
    NO_LABELS = (
        "has no labels, so there is nothing to learn; name the label column with --label, or a "
        "file of labels with --labels"
    )
    BESIDES = "; {note}"
    NO_LABELS_TO_COMPARE = "has no labels for validation; name the label column with --label"
    ONE_CLASS = (
        "{which} of class {label!r}, so there is nothing to learn; add series of another class, "
        "or name the label column with --label"
    )
    ONE_NUMBER = (
        "{which} labeled {label:g}, so there is nothing to learn; add series with other labels, "
        "or name the label column with --label"
    )
    ONLY_SERIES = "the only series is"
    ALL_SERIES = "all {n} series are"

    # settings that exclude each other
    MEASURE_AND_VALID = (
        "measure = 'folds' cannot be combined with valid, which measures "
        "already; remove one of them"
    )
    NO_CV_AND_MEASURE = (
        "--no-cv is --measure none; it cannot be combined with --measure "
        "{measure}; remove one of them"
    )
    CLASS_WEIGHT = "class_weight is for classification, but the targets are continuous; remove it"
    CLASS_WOULD_MISS = (
        "early_stopping holds out whole groups, but any choice of them removes a class from "
        "training; set early_stopping = false, or remove the setting group"
    )

    # training
    REHEARSAL = "choosing the number of epochs by 3-fold cross-validation"
    OTHER_SERIES = (
        "contains other series or labels than at the start of the run; restore it, or "
        "train from scratch"
    )
    OTHER_TIME = (
        "{column!r} was the time at the start of the run, but its texts are no times that are "
        "known without a format; write them as 2026-01-31, or train from scratch with --time "
        "{as_option} --time-format"
    )
    OTHER_ORDER = (
        "the columns are read in another order than at the start of the run ({first!r} to "
        "{last!r}): names other than numbers, lags and dates such as 2026-01-31 stay in file "
        "order; move the columns in the file, or train from scratch"
    )

    # how long it will take
    ESTIMATE = "about {total} in all: training {training}{further}{baselines}{skip}"
    ESTIMATE_NOW = "now about {total} in all: training {training}{further}{baselines}"
    FOLDS_TAKE = ", {n} folds {time}{or_less}"
    SECOND_TAKES = ", a second network for the score {time}{or_less}"
    OR_LESS = " or less"
    BASELINES_TAKE = ", baselines {time}"
    SKIP_FOLDS = "; --no-cv skips the folds"
    SKIP_SECOND = "; --no-cv skips the second network"

    # further networks, trained to score the run
    SECOND_NETWORK = (
        "no series were held out, so a second network is trained on {rest} of the {n} series and "
        "scored on the other {aside}: about {seconds:.0f} s{groups}"
    )
    MORE_NETWORKS = (
        "no series were held out, so the run is scored by {networks}-fold cross-validation on "
        "the {n} series: about {seconds:.0f} s{groups}"
    )
    FOLDS_KEPT = "continues cross-validation: {kept} of {n} fold{n:|s} {kept:is|are} finished"
    GROUPS_TOGETHER = "; each group is held out as a whole"
    FOLDS_STOPPED = (
        "{stopped} of {n} fold{n:|s} stopped early, after {epochs} of {most} epoch{most:|s}: "
        "{stopped:its|their} training series had been perfect for {perfect} epochs (accuracy 1, "
        "loss below {loss:g})"
    )
    TWIN_STOPPED = (
        "the second network stopped early, after {epochs} of {most} epochs: its training series "
        "had been perfect for {perfect} epochs (accuracy 1, loss below {loss:g})"
    )
    FURTHER_FAILED = (
        "training a network on {n} series, to score the run, failed: {cause}; skip "
        "this with measure = 'none'"
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
    BETTER = (
        "better than every baseline: {score} {ours:−.{digits}f} vs {theirs:−.{digits}f} ({rival})"
    )
    AS_GOOD = "as good as {rival} (both {ours:−.3f})"
    NOT_BETTER = "not better than {rival}: {score} {ours:−.3f} vs {theirs:−.3f}"
    PERHAPS_NO_BETTER = (
        "not significantly better than {rival}: {score} {ours:−.3f} vs "
        "{theirs:−.3f}, within the 95% CI {interval}"
    )
    HIGHER = (
        "better than every baseline: {score} {ours:−.{digits}f} vs {theirs:−.{digits}f} "
        "({rival}), no interval"
    )
    LEFT_OUT_FOR_TIME = (
        "{rival} was skipped: with this many series it takes more than {seconds:g} seconds"
    )
    NO_MINI_ROCKET = (
        "MiniRocket is a strong baseline for series of more than {steps} steps; to compare with "
        "it: pip install "
        '"glasscell[rocket]"'
    )
    AEON_BROKEN = "aeon cannot be imported ({words}), so MiniRocket was skipped; reinstall aeon"
    FITTING_MINI_ROCKET = (
        "fitting MiniRocket as a baseline: about {seconds:.0f} s ({first:.0f} s more on first "
        "use, while aeon compiles it)"
    )
    HALF_WIDTH = (
        "90% of predictions for new series like these are within ±{half_width:.4g} of the target"
    )
    OVER_GROUPS = " over {n} group{n:|s}"
    TENSORFLOW_WILL_START = "predict and evaluate will start TensorFlow, which takes longer: {why}"

    # predict and evaluate on a file
    NOTHING_TO_SCORE = "all values of all series are missing, so there is nothing to score"
    ALL_LABELS_MISSING = "all labels are missing, so there is nothing to score"
    NO_LABELS_TO_SCORE = (
        "has no labels to score against; name the label column with --label, or use predict"
    )
    UNANSWERED = "{empty}: not predicted"
    ALL_MISSING = "all values are missing"

    # prediction intervals, the columns low and high
    NOT_NUMBERS = "is a classification run; coverage is for regression"
    NO_RESIDUALS = (
        "there is no residuals.npz to compute prediction intervals from; train on at least four "
        "series, with a measure other than 'none'"
    )
    FEW_RESIDUALS = (
        "{n} residual{n: is|s are} too few for prediction intervals of coverage {coverage:.3g}, "
        "which need {fewest}; use a coverage of at most {most:.3f}"
    )
    NO_LOW_AND_HIGH = "the predictions have no low and high: {why}"
    INTERVALS_HELD = (
        "low and high (±{half_width:.4g}) contain the target of {held} of {n} series: coverage "
        "{share:.3f}{interval}, nominal {coverage:.3g}"
    )
    HELD_INTERVAL = " (95% CI {ends})"

    # a third-party model file
    ABOUT_A_RUN = "--about {about}: it describes a model file, and a run needs none; remove --about"
    NO_OWN_SERIES = "is a model file, which contains no series; name a FILE to explain"
    CHANNELS_OF_MODEL = (
        "has {n} channel{n:|s} ({channels:, }), but the model {model!r} expects "
        "{features}; choose them with --channels"
    )
    TOKENS_OF_MODEL = (
        "has {n} channel{n:|s} ({channels:, }), but the model {model!r} expects one channel of "
        "tokens; choose it with --channels"
    )
    LABELS_NO_NUMBERS = (
        "has labels that are not numbers, such as {label!r}, but the model {model!r} predicts "
        "numbers (no softmax, no single sigmoid); remove the label column, or choose another "
        "with --label"
    )
    NO_TOKEN = (
        "series {series!r} has {value:g} at step {step}; the model {model!r} expects "
        "tokens, integers from 0 to {last}"
    )
    MODEL_WITHOUT_GAPS = (
        "series {series!r} has a missing value at step {step}, which the model {model!r} cannot "
        "process; impute missing values, or remove the series"
    )
    LENGTHS_DIFFER = (
        "has series of {fewest} to {most} steps, but the model {model!r} has no masking; make "
        "all as long as its training series"
    )
    OTHER_LENGTH = (
        "has series of {steps} step{steps:|s}, but the model {model!r} expects {expected}"
    )
    LAYER_NAME = (
        "TensorFlow runs no layer named {layer!r}; rename it with letters, digits and _ . - only"
    )
    ANSWERS_OTHERWISE = (
        "the explained predictions differ from the model's own by {by:.2g}; please report this bug"
    )

    # a file that describes a model
    ABOUT_NOT_TOML = (
        "is not valid TOML: {words}; expected lines such as labels = ['walk', "
        "'run'], for {fields:, }"
    )
    NO_FIELD = "unknown entry {name!r}: expected {fields:, }"
    ABOUT_NO_NUMBERS = "{name} is {found!r}: expected a list of numbers"
    ABOUT_NO_NAMES = "{name} is {found!r}: expected a list of names"
    ABOUT_NO_WORDS = (
        "words is {found}: expected a list of names, or a table with lines such as 17 = 'great'"
    )
    ONE_OF_TWO = "expected both mean and deviation, or neither"
    ABOUT_NOT_FINITE = "{name} is {found!r}: expected finite numbers"
    NO_DEVIATION = "deviation has a value that is not above 0; expected standard deviations"
    WORD_OF_NO_TOKEN = (
        "words has a name for token {token}: the model {model!r} has the tokens 0 to {last}"
    )
    WORD_FOR_NO_TOKENS = (
        "words has a name for token {token}: the input of the model {model!r} is not tokens"
    )
    ENTRIES_READ = (
        "{name} has {n} {n:entry|entries}: expected {expected}, one for each input "
        "channel of the model {model!r}"
    )
    ENTRIES_ANSWERED = (
        "{name} has {n} {n:entry|entries}: expected {expected}, one for each "
        "output of the model {model!r}"
    )

    # compared with another run
    CLASSES_AND_NUMBERS = "one predicts classes, the other continuous targets"
    MEASURED_BY_TRAINING = "{run} was scored on its training data"
    NOTHING_IN_BOTH = "they were scored on different series"
    OF_GROUPS = " from {n:one group|{n} groups}"
    ROOT_MEAN_SQUARE_ERROR = "root mean square error"
    ANSWERS = "{n:one prediction|{n} predictions} written to {output}"

    # export
    RESPACED = (
        "the training series were resampled to steps of {every} (--every {every}): "
        "resample new series, too"
    )
    TIME_GAPS = (
        "the channel {channel!r} is the time since the previous step, 0 at the first: "
        "fill it in yourself"
    )

    # the score, in one line
    R2 = "{how}R² {r2:−.3f} ({n:,} series{interval}), mean absolute error {mae:.4g}{on}"
    NO_R2 = "{how}mean absolute error {mae:.4g} ({n:,} series){on}"
    CROSS_VALIDATED = "{n}-fold cross-validated "
    CROSS_VALIDATED_BEFORE = "cross-validated "
    ON = " on {where}"
    UNSCORED = "{n:one more series was|{n} more series were} not scored"

    # how it was trained
    TRAINED = (
        "Trained on {n_train:,} series for {epochs} epoch{epochs:|s} in {seconds:.1f} s{stopped}."
    )
    STOPPED = "; stopped early, as validation no longer improved"
    WEIGHTS_OF = "The weights are those after epoch {best_epoch}."

    # how it was scored
    SCORED_ON = "Scores on {where} ({n:,} series)"
    OVER_SERIES = (
        "Of 100 such 95% intervals, about 95 contain the score on infinitely many "
        "series of the same kind."
    )
    BY_GROUP = (
        "Series of one group are alike, so the intervals are over groups: of 100 such 95% "
        "intervals, about 95 contain the score on infinitely many groups of the same kind."
    )
    BASELINES = (
        "The baselines were fitted to the same training series and scored on the same series as "
        "the network. (The majority class, or the mean, is that of all series.)"
    )
    ASIDE = (
        "If these series chose the number of epochs, expect a slightly lower score on new data: "
        "`glasscell evaluate` with a file that training never saw measures it."
    )
    TWIN = (
        "The network of this run was trained on all series. A second network, trained in the "
        "same way without these, predicted them."
    )
    FOLDS = (
        "The network of this run was trained on all series. For each fold, another network, "
        "trained in the same way without it, predicted it. These networks saw fewer series, so "
        "expect slightly better predictions of the run's own."
    )
    TRAINING = (
        "These are the training series, so the scores say nothing about new data: `glasscell "
        "evaluate` with a file that training never saw measures that."
    )
    LOW_AND_HIGH = "{half_width}: `glasscell predict` writes these bounds as low and high"
