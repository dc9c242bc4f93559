import numpy as np
from support.labelled_steps import make_steps

from glasscell.tasks.tagging import baselines
from glasscell.tasks.tagging.baselines import Baselines, windows_of
from glasscell.tasks.tagging.scores import step_accuracy


def test_a_window_is_what_stands_around_or_before_a_step():
    v = np.arange(10.0).reshape(5, 2)
    assert windows_of(v, 3).reshape(5, 3, 2)[2].tolist() == v[1:4].tolist()
    assert windows_of(v, 3, ahead=False).reshape(5, 3, 2)[2].tolist() == v[:3].tolist()
    changed = v.copy()
    changed[3:] = 99
    assert (windows_of(changed, 5, ahead=False)[:3] == windows_of(v, 5, ahead=False)[:3]).all()


def test_steps_without_a_label_are_not_learnt_from():
    x, y = make_steps()
    some = [np.where(np.arange(len(tags)) % 3 > 0, tags, None) for tags in y]
    simple = Baselines(x, some).predict(x)
    assert step_accuracy(y, simple["windowed logistic regression"]) > 0.85
    wild = [np.where(np.arange(len(v))[:, None] % 3 > 0, v, np.nan) for v in x]
    assert [len(one) for one in Baselines(wild, some).predict(wild)["commonest label"]] == [
        len(v) for v in x
    ]


def test_a_window_of_the_past_does_not_know_what_is_to_come_by_gaps():
    (v, *rest), y = make_steps()
    v[3] = np.nan
    simple = Baselines([v, *rest], y, ahead=False)
    later = v.copy()
    later[10:] += 100
    shares = [simple._model.predict_proba(windows_of(one, ahead=False)) for one in (v, later)]
    np.testing.assert_array_equal(shares[0][:10], shares[1][:10])


def test_of_one_class_there_is_nothing_to_regress():
    assert list(
        Baselines([np.zeros((2, 1))], [np.array(["a", None], object)]).predict([np.zeros((1, 1))])
    ) == ["commonest label"]


def test_of_a_class_however_rare_a_step_is_learnt_from(monkeypatch):
    monkeypatch.setattr(baselines, "MOST_STEPS", 50)
    tags = np.full(5000, "usual", object)
    tags[700] = "event"
    v = (tags == "event")[:, None] * 5.0
    answers = Baselines([v], [tags]).predict([v])["windowed logistic regression"][0]
    assert "event" in answers


def test_that_it_could_be_fitted_longer_is_no_warning(monkeypatch):
    monkeypatch.setattr(baselines, "ITERATIONS", 1)
    Baselines(*make_steps())  # a warning is an error in tests
