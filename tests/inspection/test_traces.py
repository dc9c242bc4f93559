import dataclasses
import io
import tracemalloc

import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.facts import raises

import glasscell
from glasscell import GREFF
from glasscell.inspection.clamps import Clamp
from glasscell.inspection.sentences import Inspection
from glasscell.inspection.traces import ARRAYS, LayerTrace, trace, traces
from glasscell.networks.builder import build_network
from glasscell.system.sentences import System

FORMS = {
    "plain": {},
    "both directions": {"bidirectional": True},
    "stacked": {"units": (4, 3)},
    "stacked, both directions": {"units": (4, 3), "bidirectional": True, "read_out": "both"},
    "stride": {"stride": 2},
    "CIFG": {"variant": "CIFG"},
    "FGR": {"variant": "FGR", "bidirectional": True},
}


def series_with_gaps(seed=0, n=5, length=7, channels=2):
    x = np.random.default_rng(seed).normal(size=(n, length, channels)).astype("float32")
    x[1, 4:], x[2, 2], x[3, :3] = np.nan, np.nan, np.nan
    return x


def network(form, seed=0):
    return build_network(2, 3, seed=seed, **({"units": 4} | FORMS[form]))


@pytest.mark.parametrize("form", FORMS)
def test_what_is_traced_is_what_the_network_computed(form):
    model, x = network(form), series_with_gaps()
    seen = trace(model, x)
    np.testing.assert_allclose(seen.answers, model(x), rtol=0, atol=1e-5)
    for layer in seen.layers:
        assert {v.dtype for v in (layer.z, layer.i, layer.f, layer.o, layer.c, layer.h)} == {
            np.dtype("float32")
        }
        real = layer.mask
        np.testing.assert_allclose(
            (layer.kept + layer.written)[real], layer.c[real], rtol=1e-5, atol=1e-6
        )
        assert np.isnan(layer.i[~real]).all()
        np.testing.assert_array_equal(layer.c[~real], layer.c_before[~real])
    readers = [v for v in model.layers if v.name.startswith(("lstm", "both"))]
    outputs = keras.Model(model.input, readers[-1].output[0])(x)
    last = seen.layers[-2:] if "bidirectional" in FORMS[form] else seen.layers[-1:]
    np.testing.assert_allclose(
        np.concatenate([v.h for v in last], -1)[last[0].mask], outputs[last[0].mask], atol=1e-5
    )


@pytest.mark.parametrize("variant", GREFF)
def test_a_trace_agrees_with_a_recurrence_in_float64(variant):
    rng = np.random.default_rng(3)
    layer = glasscell.LSTM(4, variant=variant, return_sequences=True, go_backwards=True)
    model = keras.Sequential([keras.Input((6, 2)), layer])
    x = rng.normal(size=(3, 6, 2))
    weights = oracle.random_weights(rng, 2, 4, variant)
    layer.set_weights([weights[w.name] for w in layer.cell.weights])
    (seen,) = trace(model, x).layers
    for n in range(3):
        state = [np.zeros(4)] * (5 if variant == "FGR" else 2)
        for t in range(6)[::-1]:
            state, gates = oracle.step(x[n, t], state, weights, variant)
            for name, truth in zip(
                ("z", "i", "f", "o", "h", "c"), (*gates, *state[:2]), strict=True
            ):
                np.testing.assert_allclose(getattr(seen, name)[n, t], truth, rtol=0, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_memory_by_origin_adds_up_to_c(data):
    T, H = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 3))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    layer = made_up(
        rng, T, H, backwards=data.draw(st.booleans()), closed=data.draw(st.sampled_from([0.0, 0.3]))
    )
    for t in (None, *range(T)):
        written, start = layer.memory_by_origin(t)
        last = 0 if layer.backwards else T - 1
        np.testing.assert_allclose(
            written.sum(1) + start, layer.c[:, last if t is None else t], rtol=1e-5, atol=1e-6
        )
        if t is not None:
            assert not (written[:, :t] if layer.backwards else written[:, t + 1 :]).any()


def test_a_figure_counts_steps_from_1_and_those_of_a_text_from_its_start():
    seen = trace(network("plain"), series_with_gaps())
    T, H = seen.layers[0].c.shape[1:]
    assert seen.plot().axes[0].images[0].get_extent() == [0.5, T + 0.5, H - 0.5, -0.5]
    text = dataclasses.replace(
        seen, steps={"step": np.arange(T), "character": np.array(["", *"abcdefghi"])[:T]}
    )
    assert text.plot().axes[0].images[0].get_extent() == [-0.5, T - 0.5, H - 0.5, -0.5]


@pytest.mark.parametrize(
    ("steps", "units", "expected"),
    [
        (6, 4, "Trace of 5 series, 6 steps: a (4 units), b (3 units)"),
        (1, 1, "Trace of 5 series, 1 step: a (1 unit), b (3 units)"),
    ],
)
def test_it_prints_itself_in_one_line(steps, units, expected):
    model = keras.Sequential(
        [
            keras.Input((steps, 1)),
            glasscell.LSTM(units, return_sequences=True, name="a"),
            glasscell.LSTM(3, name="b"),
        ]
    )
    assert repr(trace(model, np.ones((5, steps, 1)))) == expected


def test_a_model_of_several_inputs_is_traced_in_parts_with_names():
    inputs = [keras.Input((3, 2)), keras.Input((1,))]
    h = glasscell.LSTM(4, name="lstm")(inputs[0])
    model = keras.Model(inputs, keras.layers.Concatenate()([h, inputs[1]]))
    x = [np.random.default_rng(0).normal(size=(5, 3, 2)), np.arange(5.0)[:, None]]
    seen = trace(model, x, batch_size=2)
    np.testing.assert_allclose(seen.answers, model(x), atol=1e-6)
    np.testing.assert_allclose(seen["lstm"].h[:, -1], seen.answers[:, :4], atol=1e-6)
    named = dataclasses.replace(seen, ids=list("abcde"), steps={"day": np.arange(15).reshape(5, 3)})
    table = named.select([3, 1]).to_frame()
    assert table.columns.tolist()[:5] == ["series", "layer", "step", "day", "unit"]
    assert table.query("unit == 2")["day"].tolist() == [9, 10, 11, 3, 4, 5]
    assert table["series"].unique().tolist() == ["d", "b"]
    with raises(Inspection.NO_SERIES):
        trace(model, [x[0][:0], x[1][:0]])


@pytest.mark.parametrize("backwards", [False, True])
def test_what_is_typed_is_held(backwards):
    name = "backward_lstm_1" if backwards else "forward_lstm_1"
    model, x = network("both directions"), series_with_gaps()
    typed = trace(model, x, clamps=[f"{name} units 0, 2 f=0.5 z=-1"])
    clamps = [Clamp("f", 0.5, [0, 2], layer=name), Clamp("z", -1.0, [0, 2], layer=name)]
    np.testing.assert_array_equal(typed.answers, trace(model, x, clamps=clamps).answers)
    with raises(Inspection.NO_GATE, gate="c", gates=["z", "i", "f", "o"]):
        trace(model, x, clamps=[f"{name} unit 0 c=1"])


def made_up(rng, T, H, backwards=False, closed=0.0, n=2):
    """Return a layer's trace with gates drawn at random, some of them 0."""
    z, i, f, o = (
        rng.uniform(-1 if k == 0 else 0, 1, (n, T, H)).astype("float32") for k in range(4)
    )
    f[rng.random(f.shape) < closed] = 0
    mask = rng.random((n, T)) < 0.8
    for gate in (z, i, f, o):
        gate[~mask] = np.nan
    c_start = rng.normal(size=(n, H)).astype("float32")
    c, state = np.zeros_like(z), c_start
    for t in range(T)[:: -1 if backwards else 1]:
        state = np.where(mask[:, t, None], f[:, t] * state + i[:, t] * z[:, t], state)
        c[:, t] = state
    return LayerTrace("made up", backwards, mask, z, i, f, o, c, np.tanh(c) * o, c_start)


@pytest.mark.parametrize("backwards", [False, True])
def test_all_origins_of_a_unit_are_those_of_each_step(backwards):
    layer = made_up(np.random.default_rng(0), 6, 3, backwards)
    origins = layer.origins(1, 2)
    for t in range(6):
        np.testing.assert_allclose(origins[t], layer.memory_by_origin(t)[0][1, :, 2])


def test_a_step_that_is_none_is_named():
    layer = made_up(np.random.default_rng(0), 6, 3)
    for step in (-1, 6):
        with raises(Inspection.STEP):
            layer.memory_by_origin(step)


def test_the_memory_of_a_long_series_is_split_without_an_array_of_all_pairs():
    layer = made_up(np.random.default_rng(0), 3000, 8, n=1)
    tracemalloc.start()
    written, _ = layer.memory_by_origin()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * written.nbytes  # an array (T, T, H) would be 3,000 times as large


def test_half_lives_are_those_of_the_mean_forget_gate():
    layer = made_up(np.random.default_rng(0), 4, 3)
    f = np.broadcast_to(np.array([0.5, 1.0, 0.0], "float32"), layer.f.shape)
    np.testing.assert_allclose(LayerTrace(**vars(layer) | {"f": f}).half_lives(), [1, np.inf, 0])


def test_saturation_counts_real_steps():
    layer = made_up(np.random.default_rng(0), 50, 3)
    table = layer.saturation()
    assert table.columns.tolist() == ["gate", "unit", "closed", "open"]
    row = table[(table["gate"] == "o") & (table["unit"] == 2)].iloc[0]
    real = layer.o[..., 2][layer.mask]
    assert (row["closed"], row["open"]) == ((real < 0.1).mean(), (real > 0.9).mean())


def test_parts_make_up_the_whole_and_report_how_far_they_are():
    model, x, done = network("stacked, both directions"), series_with_gaps(n=7), []
    whole, parts = trace(model, x), trace(model, x, batch_size=3, progress=done.append)
    assert done == [3, 6, 7]
    for one, other in zip(whole.layers, parts.layers, strict=True):
        for name in (*ARRAYS, "mask", "c_start"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=0, atol=1e-6)
    np.testing.assert_allclose(whole.answers, parts.answers, rtol=0, atol=1e-6)
    assert [len(part) for part in traces(model, x, batch_size=3)] == [3, 3, 1]


def test_the_frame_has_a_row_for_each_real_step_and_unit():
    model, x = network("both directions"), series_with_gaps()
    seen = trace(model, x)
    frame = seen.to_frame(ids=list("abcde"))
    layer = seen["backward_lstm_1"]
    row = frame.query(
        "series == 'd' and layer == 'backward_lstm_1' and step == 5 and unit == 3"
    ).iloc[0]
    assert [row[name] for name in ARRAYS] == [getattr(layer, name)[3, 5, 3] for name in ARRAYS]
    assert len(frame) == sum(int(v.mask.sum()) * 4 for v in seen.layers)
    assert frame.dtypes["z"] == np.dtype("float32")
    assert isinstance(frame, pd.DataFrame)
    assert frame.notna().to_numpy().all()


def test_the_archive_holds_all_arrays_and_no_pickle():
    seen = trace(network("stacked"), series_with_gaps())
    with np.load(io.BytesIO(seen.to_npz()), allow_pickle=False) as arrays:
        assert len(arrays.files) == 2 + 2 * 8
        np.testing.assert_array_equal(arrays["lstm_2/h"], seen["lstm_2"].h)
        np.testing.assert_array_equal(arrays["answers"], seen.answers)


def test_a_layer_called_twice_is_seen_twice():
    layer, x = glasscell.LSTM(2, return_sequences=True, name="same"), keras.Input((4, 2))
    model = keras.Model(x, layer(layer(x)))
    seen = trace(model, np.random.default_rng(0).normal(size=(3, 4, 2)))
    assert [v.name for v in seen.layers] == ["same", "same again 2"]
    np.testing.assert_array_equal(seen["same again 2"].h, seen.answers)


def test_models_of_other_makes_are_traced_too():
    inner = keras.Sequential(
        [keras.layers.Masking(), glasscell.LSTM(3, return_sequences=True)], name="inner"
    )
    x = keras.Input((4, 2))
    model = keras.Model(x, keras.layers.Dense(1)(inner(x)))
    masked = np.random.default_rng(0).normal(size=(3, 4, 2))
    masked[0, 2:] = 0
    (layer,) = trace(model, masked).layers
    assert layer.mask[0].tolist() == [True, True, False, False]


def test_a_clamp_changes_what_is_traced():
    model, x = network("plain"), series_with_gaps()
    (layer,) = trace(model, x, clamps=[Clamp("f", 0.0)]).layers
    np.testing.assert_allclose(layer.c[layer.mask], layer.written[layer.mask], rtol=1e-6)


@pytest.mark.parametrize(
    ("x", "options", "words"),
    [
        (np.zeros((0, 3, 2)), {}, Inspection.NO_SERIES),
        (3, {}, Inspection.NO_SERIES),
        (np.zeros((1, 3, 2)), {"batch_size": 0}, System.NOT_ACCEPTED),
    ],
)
def test_wrong_arguments_are_named(x, options, words):
    with raises(words):
        trace(network("plain"), x, **options)
    with raises(Inspection.SERIES, series=5, last=0):
        trace(network("plain"), np.zeros((1, 3, 2))).plot(5)
    with raises(Inspection.NO_LAYER, name="lstm_7"):
        trace(network("plain"), np.zeros((1, 3, 2)))["lstm_7"]


@pytest.mark.long(2)  # it draws
def test_a_trace_shows_itself_in_a_notebook():
    seen = trace(network("plain"), series_with_gaps())
    shown = seen._repr_html_()
    assert shown.startswith("<p>5 series; lstm_1: 4 units.")
    assert "data:image/png;base64," in shown


@pytest.mark.parametrize(
    "index", [[3, 0, 3], slice(1, 3), np.array([True, False, False, True, False])]
)
def test_some_series_of_a_trace_are_their_rows(index):
    seen = trace(
        build_network(2, 3, units=4, bidirectional=True), np.random.default_rng(0).random((5, 6, 2))
    )
    some = seen.select(index)
    np.testing.assert_array_equal(some.answers, seen.answers[index])
    assert [(v.name, v.backwards) for v in some.layers] == [
        (v.name, v.backwards) for v in seen.layers
    ]
    for ours, all_of_them in zip(some.layers, seen.layers, strict=True):
        for name in ("mask", *ARRAYS, "c_start"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(all_of_them, name)[index])
