from dataclasses import replace

import keras
import numpy as np
import pytest
from support.c_programs import COMPILERS, Library
from support.facts import raises
from support.leaving import FORMS, asked, export_network, leaving_network

from glasscell import Variant, article
from glasscell.exporters import c, npz
from glasscell.exporters.c.compiler import compile_program, run, to_csv
from glasscell.exporters.sentences import Exporters
from glasscell.inference.cell import ACTIVATIONS
from glasscell.networks.anatomy import anatomy_of
from glasscell.networks.streams import Stream
from glasscell.settings.article import DigitsSettings
from glasscell.variants import GREFF


def expect_same(found, wanted):
    np.testing.assert_array_equal(found[1], wanted[1])
    # float32: sums of some ten numbers per step over forty steps, in another order
    np.testing.assert_allclose(found[0], wanted[0], rtol=2e-5, atol=3e-6)


def by_program(network, meaning, folder, x):
    c.write(network, meaning, folder / "model")
    return c.answer_with_runtime(folder / "model", x, meaning)


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "form",
    [
        *("strided", "numbers"),  # two directions: test_two_networks_stand_in_one_program
        *(
            pytest.param(f, marks=pytest.mark.nightly)
            for f in FORMS
            if f not in ("strided", "numbers")
        ),
    ],
)
def test_the_answers_are_the_networks(form, tmp_path):
    network, meaning = leaving_network(form)
    x, wanted = asked(network, meaning)
    assert not wanted[1].all()
    expect_same(by_program(network, meaning, tmp_path, x), wanted)


@pytest.mark.parametrize(
    ("variant", "bidirectional"),
    [
        ("FGR", True),
        *(pytest.param(v, b, marks=pytest.mark.nightly) for v in GREFF for b in (False, True)),
    ],
)
def test_of_every_variant_too(variant, bidirectional, tmp_path):
    network, meaning = leaving_network(
        "two layers", variant=GREFF[variant], bidirectional=bidirectional, seed=3
    )
    x, wanted = asked(network, meaning)
    expect_same(by_program(network, meaning, tmp_path, x), wanted)


@pytest.mark.nightly
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("variant", GREFF)
def test_of_every_form_and_variant(form, variant, tmp_path):
    network, meaning = leaving_network(form, variant=GREFF[variant], channels=2, seed=7)
    x, wanted = asked(network, meaning)
    expect_same(by_program(network, meaning, tmp_path, x), wanted)


@pytest.mark.parametrize(
    "name", ["hard_sigmoid", *(pytest.param(n, marks=pytest.mark.nightly) for n in ACTIVATIONS)]
)
def test_with_every_activation(name, tmp_path):
    # a gate that is not bounded would make c run away: there the name is that of z and h alone
    gate = name if "sigmoid" in name else "sigmoid"
    variant = Variant(input_activation=name, gate_activation=gate, output_activation=name)
    network, meaning = leaving_network("plain", variant=variant, activation=name, seed=5)
    for weight in network.weights:
        if "kernel" in weight.path:
            weight.assign(weight * 0.3)
    x, wanted = asked(network, meaning)
    expect_same(by_program(network, meaning, tmp_path, x), wanted)


def test_a_memory_cell_counts_beyond_ten(tmp_path):
    network, meaning = leaving_network("one unit")
    (layer,) = anatomy_of(network).lstms
    layer.cell.kernel.assign(layer.cell.kernel * 0)
    layer.cell.recurrent_kernel.assign(layer.cell.recurrent_kernel * 0)
    # everything is kept and something added: c is about .96 a step
    layer.cell.bias.assign([9.0, 9.0, 2.0, 2.0])
    states = keras.Model(network.input, layer.output[2])
    x, wanted = asked(network, meaning)
    assert states(x).numpy().max() > 30
    expect_same(by_program(network, meaning, tmp_path, x), wanted)


def test_the_article_s_model_is_one_too(tmp_path):
    model, meaning = article.build_model(DigitsSettings()), meaning_of_digits()
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape) * 0.3)
    x, wanted = asked(model, meaning)
    expect_same(by_program(model, meaning, tmp_path, x), wanted)
    answers, label, answered = Library(tmp_path / "model").predict(
        tmp_path / "model", x[0, :7], meaning
    )
    assert (label, answered) == (-1, False)  # a digit has eight rows
    assert np.isnan(answers).all()


def meaning_of_digits():
    from glasscell.inference.meaning import Meaning

    return Meaning(tuple(article.CHANNELS), tuple(article.CLASSES), input="digit")


@pytest.mark.parametrize(
    "form", ["two layers", pytest.param("two directions", marks=pytest.mark.nightly)]
)
def test_offsets_are_subtracted_in_double(form, tmp_path):
    network, meaning = leaving_network(form)
    shifted = replace(meaning, offsets=(1e9, 0.0, -1e7), prior=None)
    x, wanted = asked(network, meaning)
    wanted[0][~wanted[1]] = np.nan
    raw = x.astype("float64") + np.array(shifted.offsets)
    found = by_program(network, shifted, tmp_path, raw)
    np.testing.assert_array_equal(np.isnan(found[0]), np.isnan(wanted[0]))
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-5)


@pytest.mark.parametrize(
    "gates", ["if", *(pytest.param(pair, marks=pytest.mark.nightly) for pair in ("fz", "zo", "io"))]
)
def test_exchanged_gates_are_noticed(gates, tmp_path, monkeypatch):
    network, meaning = leaving_network()
    one, other = (slice(5 * "ifzo".index(gate), 5 * "ifzo".index(gate) + 5) for gate in gates)

    def exchanged(network, meaning):
        arrays = arrays_of(network, meaning)
        kernel = arrays["reader_1_forward/kernel"].copy()
        kernel[:, one], kernel[:, other] = kernel[:, other].copy(), kernel[:, one].copy()
        return arrays | {"reader_1_forward/kernel": kernel}

    arrays_of = npz.arrays_of
    monkeypatch.setattr(npz, "arrays_of", exchanged)
    with raises(Exporters.DIFFERS):
        export_network(network, meaning, tmp_path / "model", to="c")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "form",
    [
        "strided",
        *(pytest.param(form, marks=pytest.mark.nightly) for form in ("two layers", "numbers")),
    ],
)
def test_a_step_call_answers_as_a_stream(form, tmp_path):
    network, meaning = leaving_network(form, bidirectional=False)
    c.write(network, meaning, tmp_path / "model")
    library = Library(tmp_path / "model")
    step, reset = library.stream(tmp_path / "model", meaning)
    x = asked(network, meaning, 5)[0][2:, :25]
    x[2, :2] = np.nan  # begins with nothing
    for series in x:
        reset()
        stream = Stream(network, prior=meaning.prior_or_nan)
        for t, now in enumerate(series):
            answers, _, answered = step(now)
            np.testing.assert_allclose(answers, stream.step(now[None])[0], rtol=2e-5, atol=3e-6)
            assert answered == stream.has_begun[0]
            whole = library.predict(tmp_path / "model", series[: t + 1], meaning)
            np.testing.assert_array_equal(answers, whole[0])


def test_no_steps_have_the_prior_for_an_answer(tmp_path):
    for form in ("plain", "two directions"):
        network, meaning = leaving_network(form)
        c.write(network, meaning, tmp_path / form)
        answers, label, answered = Library(tmp_path / form).predict(
            tmp_path / form, np.empty((0, 3)), meaning
        )
        assert (answers.tolist(), label, answered) == ([0.25, 0.75], -1, False)


def test_two_networks_stand_in_one_program(tmp_path):
    kept = []
    for form in ("plain", "two directions"):
        network, meaning = leaving_network(form)
        x, wanted = asked(network, meaning)
        c.write(network, meaning, tmp_path / form)
        kept.append((tmp_path / form, meaning, x, wanted))
    library = Library(*(folder for folder, *_ in kept))
    for folder, meaning, x, (wanted, answered) in kept:
        for k in range(6):
            answers, label, has_answered = library.predict(folder, x[k], meaning)
            np.testing.assert_allclose(answers, wanted[k], atol=1e-5)
            assert has_answered == answered[k]
            assert label == (wanted[k].argmax() if answered[k] else -1)


@pytest.mark.parametrize(
    "compiler",
    [
        COMPILERS[0],
        *(
            pytest.param(*one.values, marks=(*one.marks, pytest.mark.nightly))
            for one in COMPILERS[1:]
        ),
    ],
)
def test_names_that_c_does_not_have_are_spelled(compiler, tmp_path):
    import csv

    network, meaning = leaving_network()
    channels = ('a-b */ "c"', "??/ ü\\", "new\nline, /* int")
    labels = ('say "no"\\', "ja??!\n*/ — ü ‮ @name@ PHI_IN(x) glass_")
    odd = replace(meaning, channels=channels, labels=labels, units={'a-b */ "c"': "µm/s */"})
    x, (wanted, answered) = asked(network, meaning)
    c.write(network, odd, tmp_path / 'a "b" *??')
    compile_program(tmp_path / 'a "b" *??', tmp_path / "program", compiler)
    header, *rows = csv.reader(run(tmp_path / "program", to_csv(x, odd)).splitlines(keepends=True))
    assert header == ["id", "answer", *(f"p({label})" for label in labels), "note"]
    assert [row[1] for row in rows] == [
        labels[k] if there else "" for k, there in zip(wanted.argmax(1), answered, strict=True)
    ]


def test_any_name_of_a_folder_makes_sources_that_compile(tmp_path):
    network, meaning = leaving_network("one unit")
    for name in ("main", "math", "8 hours", "Größe"):
        c.write(network, meaning, tmp_path / name)
        compile_program(tmp_path / name, tmp_path / "program", flags=["-O0"])
        assert len(list((tmp_path / name).iterdir())) == 3


def test_fast_arithmetic_without_nan_is_refused_by_the_source(tmp_path):
    network, meaning = leaving_network("one unit")
    c.write(network, meaning, tmp_path / "model")
    with raises(Exporters.NOT_COMPILED) as caught:
        compile_program(tmp_path / "model", tmp_path / "program", flags=["-ffast-math"])
    assert "compile without -ffast-math" in caught.value.values["words"]  # as model.c says


def test_what_c_cannot_say_is_refused_by_name(tmp_path):
    network, meaning = leaving_network(variant=Variant(gate_activation="elu"))
    with raises(Exporters.NO_ACTIVATION_IN_NPZ, part="gate_activation", activation="elu"):
        c.write(network, meaning, tmp_path / "model")
    network, meaning = leaving_network(activation="elu")
    with raises(Exporters.NO_ACTIVATION_IN_C, activations=["elu"]):
        c.write(network, meaning, tmp_path / "model")
    network, meaning = leaving_network()
    with raises(Exporters.NO_LITERAL, text="a\0b"):
        c.write(network, replace(meaning, labels=("a\0b", "c")), tmp_path / "model")
    assert list(tmp_path.iterdir()) == []
