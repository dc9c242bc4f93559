"""What the page for text is given: weights of 16 bits, a text, cells with a name; and what it refuses."""

import base64

import numpy as np
from support import page_models
from support.facts import raises

from glasscell.data.texts.alphabet import Alphabet
from glasscell.explorer.encoding import ACTIVATIONS
from glasscell.explorer.sentences import Explorer
from glasscell.interop.plain.cell import Layer, Weights
from glasscell.tasks.language.page import MOST_WEIGHTS, check_size, payload_of
from glasscell.tasks.language.plain import LanguageModel
from glasscell.variants import STANDARD, Variant

CELL = {"name": "comment", "words": "Inside a comment", "layer": 0, "unit": 3, "sign": 1}
CELL |= {"measure": "AUC", "score": 0.96, "verdict": "no cause", "bits": 0.0}


def test_weights_have_16_bits():
    model = page_models.draw(0, sizes=(4, 3), name="V")
    network = page_models.payload(model)["network"]
    (first,), (second,) = [layer["directions"] for layer in network["layers"]]
    for one, (_, _, weights) in zip((first, second), model["layers"], strict=True):
        for name, v in weights.items():
            told = np.frombuffer(base64.b64decode(one[name]["float16"]), "<f2").reshape(one[name]["shape"])
            np.testing.assert_array_equal(told, v)
    assert (first["units"], first["features"], second["features"]) == (4, 5, 4)
    assert first["variant"]["peepholes"]
    assert network["read_out"]["from"] == "every"


def test_cells_and_bits_stand_as_they_are():
    model, bits = page_models.draw(1), {"exact": 2.0, "rounded": 2.1, "n": 9, "of": "held out"}
    payload = page_models.payload(model, "a text", bits=bits, cells=[{**CELL, "more": 1}])
    assert (payload["cells"], payload["bits"], payload["text"]["text"]) == ([CELL], bits, "a text")
    assert page_models.payload(model)["cells"] is None
    with raises(Explorer.CELL, found=sorted(CELL.keys() - {"unit"})):
        page_models.payload(model, cells=[{k: v for k, v in CELL.items() if k != "unit"}])


def test_what_the_page_cannot_show():
    check_size(MOST_WEIGHTS, 9, 3)
    about = {"run": "r", "reads": "r", "name": "t", "text": "t"}

    def payload(table, weights, variant=STANDARD):
        layer = Layer(Weights(*weights), variant, go_backwards=False)
        units, symbols = len(weights[1]), len(table)
        read_out = np.zeros((units, symbols)), np.zeros(symbols)
        return payload_of(LanguageModel(Alphabet("ab"), table, (layer,), read_out), **about)

    of_it = {"weights": 1_238_242, "megabytes": 1_238_242 * 8 / 3 / 1e6, "most": 450_000, "of_symbols": None}
    with raises(Explorer.MANY_WEIGHTS_OF_TEXT, **of_it):
        payload(np.zeros((98, 64)), [np.zeros((64, 2048)), np.zeros((512, 2048)), np.zeros(2048)])
    of_symbols = Explorer.OF_SYMBOLS(symbols=2000, weights=300_000)
    with raises(Explorer.MANY_WEIGHTS_OF_TEXT, of_symbols=of_symbols):
        check_size(MOST_WEIGHTS + 1, 300_000, 2000)
    small = [np.zeros((2, 4)), np.zeros((1, 4))]
    found = {"layer": 1, "part": "output_activation", "found": "gelu"}
    with raises(Explorer.ACTIVATION_OF_LAYER, **found, known=ACTIVATIONS):
        payload(np.zeros((4, 2)), small, Variant(output_activation="gelu"))
    for bad, code in ((np.nan, Explorer.NOT_FINITE), (1e6, Explorer.FOR_16_BITS)):
        with raises(code):
            payload(np.full((4, 2), bad), small)
