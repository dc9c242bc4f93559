"""What the command line says of its own, by code; what the rooms below it say, it prints."""

from glasscell.facts import Code


class Commands(Code):
    """Of options and arguments, and of what a command has done."""

    # files
    NO_FILE = "there is no such file; check its name"
    NO_HTML = "expected a name that ends with .html"
    FILE_MISSING = "FILE is missing; give one with series to answer, or - for standard input"
    OUTPUT_UNWRITABLE = "the output cannot be written ({words}); make room where it goes"

    # options
    JSON_BESIDE_ANSWERS = "--json needs --output FILE, as the answers go to standard output"
    JSON_BESIDE_NUMBERS = "--json needs --output FILE, as the numbers go to standard output"
    FOR_FORECASTS = "{option} goes with a run that forecasts"
    MISSING_NO_NUMBERS = "--missing {found}: expected numbers, such as -999 or -999,9999"
    GOES_WITH = "{option} goes with {kind}{not_with}"
    NOT_WITH = ", not with {kind}"
    OF_DIGITS = "the article's digits, not with a FILE"
    OF_SERIES = "a FILE of series to train on"
    NOT_IN_CLUSTER = "TF_CONFIG is set, but {why}"
    DIGITS_ALONE = "the article's digits are trained by one process: unset it, or give a FILE"
    KEPT_BY_RUN = "{option} does not go with --resume: a run keeps its settings; only --epochs may grow"

    # options of experiments
    FILE_OR_RESUME = "lab run: expected either FILE.toml, or --resume FOLDER"
    KEPT_BY_EXPERIMENT = "{option} does not go with --resume: an experiment keeps its settings"
    NO_NUMBERS = "{option} {found}: expected numbers with commas between them"
    NO_WHOLE_NUMBERS = "{option} {found}: expected whole numbers with commas between them"

    # while it works
    STARTING = "starting TensorFlow …"
    PREPARING = "preparing to train"
    FINISHING = "measuring, drawing and saving"
    NOTHING_WRITTEN = "stopped; nothing was written"
    EXPERIMENT_STOPPED = "stopped; what is finished is kept; resume with: {command}"

    # what was done
    FINISHED = "{run} is finished: it has {epochs} epochs; to train on, give --epochs above {epochs}"
    FINISHED_EARLIER = "{run} is finished: it has {epochs} epochs; it was stopped there"
    SAVED = "saved in {run}"
    TO_INSPECT = "to inspect it: glasscell explain {run}"
    PICTURE = "figure written to {picture}"
    ANSWERS = "{n:one prediction|{n} predictions} written to {output}"
    ROWS = "{n:one row|{n} rows} written to {output}"
    EXPLORER = "explorer: {page}"
    TABLES = "tables and figures: {folder}"
    HALF_LIVES = "median half-life of the memory: {layers:, }"
    HALF_LIFE = "{steps:.3g} steps ({layer})"
    EXPORTED = "{path} has the network, {about} what goes in and what comes out"
    COMPARED = "asked {n} {asked} with {runtime}: {same}largest difference {difference:.1e}"
    SAME_LABELS = "labels equal for {share:.1%}, "
    SAME_NUMBERS = "R² {r2:−.4f}, "
    NOT_COMPARED = (
        "{runtime} is not installed, so the answers of {path} were not compared with the run's; to have that done, "
        "{install} and export again"
    )
