import numpy as np
import pytest
from support.leaving import FORMS, asked, leaving_network

from glasscell import article
from glasscell.errors import DataError
from glasscell.interop import npz
from glasscell.interop.plain.network import answer, read_npz
from glasscell.networks.meaning import Meaning
from glasscell.settings import ArticleSettings
from glasscell.variants import GREFF


def by_numpy(network, meaning, path, x):
    npz.write(network, meaning, path / "model.npz")
    return answer(read_npz(path / "model.npz"), x)


def expect_same(found, wanted, scale=1.0):
    np.testing.assert_array_equal(found[1], wanted[1])
    # float32: sums of some ten numbers per step over forty steps, in another order
    np.testing.assert_allclose(found[0] / scale, wanted[0] / scale, rtol=2e-5, atol=3e-6)


@pytest.mark.parametrize("form", FORMS)
def test_the_answers_are_the_networks(form, tmp_path):
    network, meaning = leaving_network(form)
    x, wanted = asked(network, meaning)
    assert not wanted[1].all()
    expect_same(by_numpy(network, meaning, tmp_path, x), wanted)


@pytest.mark.parametrize("variant", GREFF)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_of_every_variant_too(variant, bidirectional, tmp_path):
    network, meaning = leaving_network("plain", variant=variant, bidirectional=bidirectional, seed=3)
    x, wanted = asked(network, meaning)
    expect_same(by_numpy(network, meaning, tmp_path, x), wanted)


def test_the_article_s_model_is_one_too(tmp_path):
    model, meaning = article.build_model(ArticleSettings()), Meaning(tuple(article.CHANNELS), tuple(article.CLASSES))
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
    with pytest.raises(DataError, match=r"model\.npz: (is missing or damaged|has the form 2)"):
        read_npz(file)
