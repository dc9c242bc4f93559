import keras
import numpy as np
import pytest
from support.onnx import run

from glasscell.exporters.onnx import operations
from glasscell.exporters.onnx.graph import InexpressibleError


@pytest.mark.parametrize("name", operations.FUNCTIONS)
def test_an_activation_is_keras_s(name):
    x = np.linspace(-30, 30, 121, dtype="float32").reshape(11, 11)
    found = run(lambda graph, x: operations.activate(graph, name, x), x)
    np.testing.assert_allclose(found, keras.activations.get(name)(x), rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("activation", [keras.ops.sin, "sparsemax", keras.layers.LeakyReLU()])
def test_others_are_refused(activation):
    with pytest.raises(
        InexpressibleError, match=r"its activation is .*: expected one of elu, exponential"
    ):
        operations.name_of(activation)
