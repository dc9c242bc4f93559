"""What is printed of a finished run, and what its report.md says, by code."""

from glasscell.facts import Code


class Reports(Code):
    """Of the scores of a run: in one line, and as a report."""

    # the score, in one line
    ACCURACY = "{how}accuracy {accuracy:.3f} ({right:,}/{n:,}{interval}){on}"
    R2 = "{how}R² {r2:−.3f} ({n:,} series{interval}), mean absolute error {mae:.4g}{on}"
    NO_R2 = "{how}mean absolute error {mae:.4g} ({n:,} series){on}"
    TEST = "test "
    CROSS_VALIDATED = "{n}-fold cross-validated "
    CROSS_VALIDATED_BEFORE = "cross-validated "
    ON = " on {where}"
    UNSCORED = "{n:one more series was|{n} more series were} not scored"
    INTERVAL = ", 95% CI {ends}{over}"

    # how it was trained
    TRAINED = "Trained on {n_train:,} series for {epochs} epoch{epochs:|s} in {seconds:.1f} s{stopped}."
    TRAINED_ON_IMAGES = "Trained on {n_train:,} images for {epochs} epoch{epochs:|s} in {seconds:.1f} s."
    LAST_LOSS = "The loss of the last batch is {loss:.2f}."
    STOPPED = "; stopped early, as validation no longer improved"
    WEIGHTS_OF = "The weights are those after epoch {best_epoch}."
    FILES = "Files of this run: {files:, }, report.json."

    # how it was scored
    SCORED_ON = "Scores on {where} ({n:,} series)"
    OVER_SERIES = "Of 100 such 95% intervals, about 95 contain the score on infinitely many series of the same kind."
    BY_GROUP = (
        "Series of one group are alike, so the intervals are over groups: of 100 such 95% intervals, about 95 contain "
        "the score on infinitely many groups of the same kind."
    )
    BASELINES = (
        "The baselines were fitted to the same training series and scored on the same series as the network. (The "
        "majority class, or the mean, is that of all series.)"
    )
    ASIDE = (
        "If these series chose the number of epochs, expect a slightly lower score on new data: `glasscell evaluate` "
        "with a file that training never saw measures it."
    )
    TWIN = (
        "The network of this run was trained on all series. A second network, trained in the same way without these, "
        "predicted them."
    )
    FOLDS = (
        "The network of this run was trained on all series. For each fold, another network, trained in the same way "
        "without it, predicted it. These networks saw fewer series, so expect slightly better predictions of the "
        "run's own."
    )
    TRAINING = (
        "These are the training series, so the scores say nothing about new data: `glasscell evaluate` with a file "
        "that training never saw measures that."
    )
    CLASSES = "classes"
    CONFUSION = "confusion matrix (rows: true, columns: predicted)"
    LOW_AND_HIGH = "{half_width}: `glasscell predict` writes these bounds as low and high"
