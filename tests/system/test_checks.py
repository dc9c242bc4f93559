import numpy as np
import pytest

from glasscell import LSTMClassifier, LSTMRegressor
from glasscell.errors import UsageError
from glasscell.settings.setting import check_parameters
from glasscell.tasks.series.settings import TABLE

WRONG = [
    *[{"units": v} for v in (3.5, None, True, "8", [4, 2.5], [None])],
    *[{name: v} for name in ("bidirectional", "warm_start") for v in ("no", None, 1)],
    *[{"verbose": v} for v in ("x", None, -1, 0.5)],
    *[
        {name: v}
        for name in ("epochs", "batch_size", "patience")
        for v in ("3", 2.5, -1, None, True)
    ],
    *[{"stride": v} for v in (0, "all", 1.5, None)],
    *[{name: v} for name in ("learning_rate", "clip_norm") for v in (0, -1.0, "fast", True)],
    *[{"validation_fraction": v} for v in (0, 1, "half", None)],
    *[{name: v} for name in ("dropout", "noise") for v in ("some", None, True)],
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_parameter_is_named(wrong):
    X, y = np.zeros((4, 3, 1)), [0, 1, 0, 1]
    (name,) = wrong
    for learner in (LSTMClassifier(**wrong), LSTMRegressor(**wrong)):
        with pytest.raises(UsageError, match=f"^{name}="):
            learner.fit(X, y)
    with pytest.raises(UsageError, match=rf"^{name}=.*: expected "):
        LSTMClassifier(**wrong).partial_fit(X, y)


def test_the_defaults_and_numpys_numbers_fit():
    check_parameters(LSTMClassifier().get_params(), TABLE)
    numpys = {
        "warm_start": np.True_,
        "verbose": True,
        "epochs": np.int64(3),
        "learning_rate": np.float32(0.1),
    }
    check_parameters(
        LSTMRegressor(**numpys, clip_norm=None, stride=np.int32(2)).get_params(), TABLE
    )
    assert TABLE.keys() == LSTMClassifier().get_params().keys()
