"""Messages by code about which task a file, an option or a run belongs to."""

from glasscell.facts import Code


class Tasks(Code):
    """Messages about the task of a file, an option or a run."""

    NO_TASK = (
        "task {found!r}: expected {names:names}, classification, regression, or the task "
        "of an installed package"
    )
    NOT_WITH = "--{option} does not go with {task}; leave it out"
    NO_COMMAND = "glasscell {command} is not available for {task}"
    NOT_IN_CLUSTER = "TF_CONFIG is set, but several processes cannot train {task}; unset it"
    OR_ELSE = ". Or: {hint}"
    TO_INSPECT = "to inspect it: glasscell explain {run}"
    NOTHING_TO_EXPORT = (
        "cannot export a value of type {kind}: expected a run's folder, an "
        "estimator or a keras.Model"
    )
