import numpy as np
import pytest
from support.facts import raises
from support.leaving import FORMS, asked, leaving_network

from glasscell import article
from glasscell.data import padding
from glasscell.exporters import npz
from glasscell.exporters.agreement import answers_of, deviation_of
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import answer, read_npz
from glasscell.inference.sentences import Inference
from glasscell.recurrence.kernel import core
from glasscell.settings.article import DigitsSettings
from glasscell.variants import GREFF, Variant


def by_numpy(network, meaning, path, x):
    npz.write(network, meaning, path / "model.npz")
    return answer(read_npz(path / "model.npz"), x)


def expect_same(found, wanted, scale=1.0):
    np.testing.assert_array_equal(found[1], wanted[1])
    # of numbers large beside their deviation, what float32 rounds off is more than that: two units
    # in the last place
    np.testing.assert_allclose(found[0] / scale, wanted[0] / scale, rtol=2.4e-7, atol=1e-6)


@pytest.fixture(params=["the core", "NumPy alone"])
def reader(request, monkeypatch):
    """Let either read, if the core is there."""
    if request.param == "NumPy alone":
        monkeypatch.setattr(core, "obstacle", lambda variant: "there is none")
    elif core.load()[1] is not None:
        pytest.skip("the kernel is not built: no C++ compiler at install")


@pytest.mark.few(7)
@pytest.mark.parametrize("form", FORMS)
def test_the_answers_are_the_networks(form, reader, tmp_path):
    network, meaning = leaving_network(form)
    x, wanted = asked(network, meaning)
    assert not wanted[1].all()
    expect_same(by_numpy(network, meaning, tmp_path, x), wanted, deviation_of(network, meaning))


VARIANTS = GREFF | {
    "relu": Variant(input_activation="relu", output_activation="softsign"),
    "hard": Variant(gate_activation="hard_sigmoid", output_activation="linear"),
}


@pytest.mark.each(
    variant=VARIANTS, form=["plain", "two layers", "strided", "numbers"], both=[False, True]
)
def test_of_every_variant_too(variant, form, both, tmp_path):
    network, meaning = leaving_network(form, variant=VARIANTS[variant], bidirectional=both, seed=3)
    x, wanted = asked(network, meaning)
    expect_same(by_numpy(network, meaning, tmp_path, x), wanted, deviation_of(network, meaning))


@pytest.mark.few(1)
@pytest.mark.parametrize("longest", [1, 2000])
def test_of_more_series_than_are_read_at_once_each_has_its_own_answer(
    longest, monkeypatch, tmp_path
):
    monkeypatch.setattr(padding, "STEPS_A_CORE", 20 * longest)
    network, meaning = leaving_network("mean", units=2)
    x = np.random.default_rng(0).normal(size=(90, longest, 3))
    for n, series in enumerate(x):
        series[1 + (n * 37) % longest :] = np.nan
    x[7] = np.nan
    expect_same(by_numpy(network, meaning, tmp_path, x), answers_of(network, x, meaning))


def test_the_article_s_model_is_one_too(tmp_path):
    model, meaning = (
        article.build_model(DigitsSettings()),
        Meaning(tuple(article.CHANNELS), tuple(article.CLASSES)),
    )
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape) * 0.3)
    x, wanted = asked(model, meaning)
    expect_same(by_numpy(model, meaning, tmp_path, x), wanted)


@pytest.mark.parametrize("damage", ["cut short", "another file", "none", "a later form"])
def test_a_damaged_file_is_named(damage, tmp_path):
    network, meaning = leaving_network()
    file = tmp_path / "model.npz"
    npz.write(network, meaning, file)
    content = file.read_bytes()
    if damage == "cut short":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "another file":
        np.savez(file, x=np.ones(3))
    elif damage == "none":
        file.unlink()
    else:
        with np.load(file) as arrays:
            about = str(arrays["about"]).replace('"form": 1', '"form": 2')
            np.savez(file, **{**arrays, "about": np.array(about)})
    is_later = damage == "a later form"
    with raises(Inference.OTHER_FORM if is_later else Inference.DAMAGED_NPZ, file=str(file)):
        read_npz(file)


@pytest.mark.parametrize(
    "name", ["read_out/kernel", "read_out/bias", "scaling/mean", "scaling/deviation"]
)
def test_an_array_that_would_be_broadcast_is_damage(name, tmp_path):
    file = tmp_path / "model.npz"
    npz.write(*leaving_network(), file)
    with np.load(file) as arrays:
        np.savez(file, **{**arrays, name: arrays[name][..., :1]})
    with raises(Inference.DAMAGED_NPZ, file=str(file)):
        read_npz(file)


def test_targets_far_from_zero_keep_what_float32_would_lose(tmp_path):
    far = {"mean": [1e9, -1.0], "deviation": [20.0, 3.0]}
    network, meaning = leaving_network("numbers", **far)
    x = np.random.default_rng(0).normal(size=(9, 12, 3))
    found, _ = by_numpy(network, meaning, tmp_path, x)
    assert found.dtype == "float64"
    np.testing.assert_allclose(
        (found - network(x.astype("float32"))) / far["deviation"], 0, atol=1e-6
    )
