"""What only the experiment of the original tutorial says, by code."""

from glasscell.facts import Code


class Digits(Code):
    """Messages about the handwritten digits."""

    CALLED = "the handwritten digits"
    GOES_WITH = "the handwritten digits (without FILE)"
    NO_MEMORY = (
        "hidden_size = {hidden_size} and batch_size = {batch_size} need more memory than "
        "this machine has; reduce them"
    )
    OF_DIGITS = (
        "was trained on the digits of the original tutorial; expected a run that was "
        "trained on a file"
    )
    NO_DIGIT = (
        "series {series!r} has {steps} step{steps:|s}; expected the {expected} rows of a digit"
    )
    TEST = "test "
    TRAINED_ON_IMAGES = (
        "Trained on {n_train:,} image{n_train:|s} for {epochs} epoch{epochs:|s} in {seconds:.1f} s."
    )
    LAST_LOSS = "The loss, summed over the last batch, is {loss:.2f}."
