"""A stand-in for cuDNN's operation, which needs a GPU, with parameters packed as in its manual.

Four matrices (H, D) and four (H, H), in the order i, f, z, o; four vectors (H,) that are added to
what x gives, and four to what h gives. After a series' end the output is zero.
"""

from importlib import import_module

import tensorflow as tf

from glasscell.recurrence import cudnn


def put_in_place(monkeypatch, calls: list | None = None, order: str = "ifzo"):
    """Let TensorFlow see a GPU whose LSTM is this one; `order` is the order of packed gates."""

    def operation(
        input, input_h, input_c, params, sequence_lengths, time_major, rnn_mode, is_training
    ):
        assert (rnn_mode, is_training, time_major) == ("lstm", True, False)
        if calls is not None:
            calls.append(sequence_lengths)
        D, H = input.shape[-1], input_h.shape[-1]
        sizes = [H * D] * 4 + [H * H] * 4 + [H] * 8
        parts = tf.split(params, sizes)
        W = {gate: tf.reshape(v, (H, D)) for gate, v in zip(order, parts[:4], strict=True)}
        R = {gate: tf.reshape(v, (H, H)) for gate, v in zip(order, parts[4:8], strict=True)}
        b = {gate: u + v for gate, u, v in zip(order, parts[8:12], parts[12:], strict=True)}
        h, c, outputs = input_h[:, 0], input_c[:, 0], []
        for t in range(input.shape[1]):
            a = {
                gate: input[:, t] @ tf.transpose(W[gate]) + h @ tf.transpose(R[gate]) + b[gate]
                for gate in "ifzo"
            }
            new_c = tf.sigmoid(a["f"]) * c + tf.sigmoid(a["i"]) * tf.tanh(a["z"])
            new_h = tf.sigmoid(a["o"]) * tf.tanh(new_c)
            real = (t < sequence_lengths)[:, None]
            h, c = tf.where(real, new_h, h), tf.where(real, new_c, c)
            outputs.append(tf.where(real, new_h, tf.zeros_like(h)))
        return tf.stack(outputs, 1), h[:, None], c[:, None], None, None

    monkeypatch.setattr(tf.raw_ops, "CudnnRNNV3", operation)
    # whose name is that of a function, too
    keras_rnn = import_module("keras.src.backend.tensorflow.rnn")
    monkeypatch.setattr(keras_rnn, "_is_gpu_available", lambda: True)
    monkeypatch.setattr(cudnn, "sees_gpu", lambda: True)
    monkeypatch.setattr(cudnn, "is_placed_on_cpu", lambda: False)
