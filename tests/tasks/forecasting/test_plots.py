import numpy as np

from glasscell.plots.style import ORANGE
from glasscell.tasks.forecasting.plots import Fan, draw_fans


def test_a_fan_shows_values_medians_and_a_band_for_each_pair_of_quantiles(tmp_path):
    times = np.arange("2024-01", "2026-01", dtype="datetime64[M]").astype("datetime64[ns]")
    ahead = np.arange("2026-01", "2026-07", dtype="datetime64[M]").astype("datetime64[ns]")
    values = np.sin(np.arange(24.0))
    values[[3, 5]] = np.nan
    quantiles = np.arange(5.0) + np.zeros((6, 1))
    earlier = ((times[18:], quantiles),)
    figure = draw_fans([Fan("$a$", times, values, ahead, quantiles, 2, earlier)] * 3, "three")
    figure.savefig(tmp_path / "fans.png")  # a warning of matplotlib's would be an error
    axes = figure.axes[0]
    assert len(figure.axes) == 4
    assert not figure.axes[3].axison
    assert len(axes.collections) == 4
    medians = [
        line for line in axes.lines if line.get_color() == ORANGE and len(line.get_xdata()) == 6
    ]
    assert [line.get_ydata().tolist() for line in medians] == [[2.0] * 6] * 2
    assert axes.get_title() == r"\$a\$"
    assert axes.get_legend().get_texts()[0].get_text() == "values"
    numbers = draw_fans([Fan("a", np.arange(4), np.ones(4), np.array([4]), np.ones((1, 3)), 1)])
    assert numbers.axes[0].lines[-1].get_marker() == "o"
