"""A small run of forecasting, trained once for the tests that only read it."""

import pytest
from support.sales import SMALL, write_sales


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("forecasts")


@pytest.fixture(scope="session")
def settings(folder):
    from glasscell.tasks.forecasting.settings import ForecastSettings

    return ForecastSettings(str(write_sales(folder)), 6, known=["promo"], **SMALL)


@pytest.fixture(scope="session")
def run(folder, settings, undraw):
    from glasscell.tasks.forecasting import training

    with undraw():
        training.train(settings, output_dir=folder, name="run")
    return folder / "run"
