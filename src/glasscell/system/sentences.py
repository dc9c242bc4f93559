"""What the rooms below all others say, by code."""

from glasscell.facts import Code


class System(Code):
    """Of the machine, its files and the process."""

    BACKEND = (
        "glasscell runs on TensorFlow, but Keras is set to {backend!r}: set the environment variable "
        'KERAS_BACKEND=tensorflow, or "backend": "tensorflow" in ~/.keras/keras.json, before Keras is imported'
    )
