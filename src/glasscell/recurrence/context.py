"""The context of a call in TensorFlow: compiling, exporting, or recording for a gradient."""

import sys

import tensorflow as tf

_EXPORTERS = (
    "keras/src/export/",
    "keras/src/backend/tensorflow/export.py",
    "tensorflow/python/saved_model/save.py",
    "tensorflow/lite/python/",
)


def is_compiled_by_xla() -> bool:
    """Return whether the function being traced, or one around it, has ``jit_compile=True``.

    >>> bool(tf.function(is_compiled_by_xla, jit_compile=True)()), is_compiled_by_xla()
    (True, False)
    """
    if tf.executing_eagerly():
        return False
    try:
        from tensorflow.python.ops.control_flow_util import GraphOrParentsInXlaContext
    except ImportError:  # a private name: without it XLA itself reports the kernel
        return False
    return bool(GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph()))


def is_exported() -> bool:
    """Return whether the code being traced is for an exported file: SavedModel, ONNX, LiteRT.

    >>> is_exported()
    False
    """
    if tf.executing_eagerly():
        return False
    frame = sys._getframe()
    while frame is not None:
        path = frame.f_code.co_filename.replace("\\", "/")
        if any(exporter in path for exporter in _EXPORTERS):
            return True
        frame = frame.f_back
    return False


def is_recorded() -> bool:
    """Return whether a gradient tape may be recording.

    >>> with tf.GradientTape():
    ...     is_recorded()
    True
    """
    try:
        from tensorflow.python.eager.record import could_possibly_record
    except ImportError:  # a private name: without it the forward pass always saves for a gradient
        return True
    return bool(could_possibly_record())
