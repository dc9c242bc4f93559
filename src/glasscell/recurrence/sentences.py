"""Messages by code about the choice of an engine."""

from glasscell.facts import Code


class Recurrence(Code):
    """About its engines."""

    NO_CUDNN = (
        "TensorFlow sees a GPU but cannot run cuDNN's LSTM on it; install the cuDNN that this "
        "TensorFlow was built for, or use engine='kernel' (on the CPU) or engine='loop'"
    )
    NO_SECOND_DERIVATIVES = (
        "cuDNN has no second derivatives: use engine='loop', or engine='kernel' (on the CPU)"
    )
