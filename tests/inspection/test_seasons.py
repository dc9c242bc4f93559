import numpy as np

from glasscell.tasks.forecasting.seasons import follow_season


def test_the_share_is_the_adjusted_r2_of_a_regression_on_the_places():
    rng = np.random.default_rng(0)
    phase = rng.permutation(np.arange(50) % 6)
    memories = rng.normal(size=(50, 3)) + np.outer(phase == 2, [0.0, 1.0, 5.0])
    found = follow_season(memories, phase, 6)
    dummies = np.eye(6)[phase]
    rest = memories - dummies @ np.linalg.lstsq(dummies, memories, rcond=None)[0]
    r2 = 1 - rest.var(0) / memories.var(0)
    np.testing.assert_allclose(found.share, 1 - (1 - r2) * 49 / 44, rtol=1e-12)
    np.testing.assert_allclose(found.means[2], memories[phase == 2].mean(0), rtol=1e-12)


def test_noise_has_no_share_in_the_mean_and_what_never_changes_none_at_all():
    rng = np.random.default_rng(1)
    phase = np.arange(40) % 12
    shares = follow_season(rng.normal(size=(40, 4000)), phase, 12).share
    assert abs(shares.mean()) < 0.01  # 4000 of them, which spread by some .16
    still = follow_season(np.full((40, 1), 0.1, "float32"), phase, 12)
    assert np.isnan(still.share).all()
    empty = follow_season(rng.normal(size=(20, 2)), np.arange(20) % 3, 4)
    assert np.isnan(empty.means[3]).all()
    assert np.isfinite(empty.share).all()
