import subprocess
import sys

import numpy as np
import pytest
from support.facts import raises
from support.leaving import FORMS, asked, export_network, leaving_network

from glasscell import article
from glasscell.exporters import keras as plain_keras
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.settings.article import DigitsSettings
from glasscell.variants import Variant


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "form",
    [
        f
        if f in ("two directions", "strided", "numbers")
        else pytest.param(f, marks=pytest.mark.nightly)
        for f in FORMS
    ],
)
def test_it_answers_as_the_network_does(form, tmp_path):
    network, meaning = leaving_network(form)
    exported = export_network(network, meaning, tmp_path / "model.keras")
    assert exported.agreement is not None
    assert exported.agreement.difference < 1e-5


def test_the_article_s_own_cell_is_refused_and_its_tanh_is_not(tmp_path):
    meaning = Meaning(tuple(article.CHANNELS), tuple(article.CLASSES), input="digit")
    with raises(Exporters.NO_KERAS_CELL):
        plain_keras.write(article.build_model(DigitsSettings()), meaning, tmp_path / "model.keras")
    model = article.build_model(DigitsSettings(output_activation="tanh"))
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape) * 0.3)
    x, wanted = asked(model, meaning)
    plain_keras.write(model, meaning, tmp_path / "model.keras")
    found = plain_keras.answer_with_runtime(tmp_path / "model.keras", x, meaning)
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-6)


@pytest.mark.few(2)
@pytest.mark.parametrize("variant", ["V", "NIG", "CIFG", "FGR", "NOAF"])
def test_a_cell_that_keras_does_not_have_leaves_with_glasscell_only(variant, tmp_path):
    network, meaning = leaving_network("plain", variant=variant)
    with raises(Exporters.NO_KERAS_CELL):
        export_network(network, meaning, tmp_path / "model.keras")
    assert list(tmp_path.iterdir()) == []
    exported = export_network(network, meaning, tmp_path / "model.keras", with_glasscell=True)
    assert exported.agreement is not None


def test_other_activations_are_keras_s_too(tmp_path):
    relu = Variant(
        input_activation="relu", output_activation="relu", gate_activation="hard_sigmoid"
    )
    network, meaning = leaving_network("plain", variant=relu)
    export_network(network, meaning, tmp_path / "model.keras")


ALONE = """
import sys
sys.modules["glasscell"] = None  # to import it is an error
import keras, numpy as np
model = keras.models.load_model(sys.argv[1])
np.save(sys.argv[3], model(np.load(sys.argv[2]))["answers"])
"""


@pytest.mark.nightly  # test_export.py runs exports where there is none
@pytest.mark.long(6)
def test_it_loads_where_there_is_no_glasscell(tmp_path):
    network, meaning = leaving_network("two directions")
    x, wanted = asked(network, meaning)
    plain_keras.write(network, meaning, tmp_path / "model.keras")
    np.save(tmp_path / "x.npy", x)
    files = [tmp_path / "model.keras", tmp_path / "x.npy", tmp_path / "y.npy"]
    run = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, *files], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), wanted[0], atol=2e-6)
