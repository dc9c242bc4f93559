"""The task of forecasting, for commands before TensorFlow is imported."""

from typing import ClassVar

from glasscell.facts import Note
from glasscell.runs.options import Choice
from glasscell.tasks.forecasting.options import PredictOptions
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.protocols import (
    EstimatorExport,
    Explanation,
    Opening,
    Pairing,
    Predictions,
    Scores,
    Tracing,
    Training,
)
from glasscell.tasks.task import Task


class Forecasting(Task):
    """The next steps of each series."""

    settings = ForecastSettings
    called = ForecastRuns.CALLED()
    goes_with = ForecastRuns.FORECAST()
    reported = ("forecast",)
    scores = ("mase", "smape", "pinball", "coverage")
    help: ClassVar = {
        "train": "With --forecast N it learns to forecast the next N values of each series, "
        "without labels.",
        "predict": "A forecaster writes the next steps of each series as unique_id, ds, LSTM, "
        "quantiles and mean; without FILE it continues its training data.",
        "evaluate": "A forecaster is scored on the values that followed the end of its series.",
        "explain": "For a forecaster it shows how much each past value contributes to the "
        "forecast of --series ID.",
        "trace": "For a forecaster, the steps are the last ones before the forecast, scaled as "
        "for its network; ds is their time.",
    }
    options: ClassVar = {
        "predict": PredictOptions,
        "explain": Choice,
    }
    without_file = True

    def hint(self, file: str) -> Note | None:
        """Return a note that suggests `--forecast` if a file has times and values but no label."""
        from glasscell.tasks.forecasting.panels.files import hint_at_forecasts  # imports pandas

        return hint_at_forecasts(file)

    def training(self) -> Training[ForecastSettings]:
        from glasscell.tasks.forecasting import training

        return training

    def report(self) -> Scores:
        from glasscell.tasks.forecasting import report

        return report

    def predictions(self) -> Predictions:
        from glasscell.tasks.forecasting import predictions

        return predictions

    def comparison(self) -> Pairing:
        from glasscell.tasks.forecasting import report

        return report

    def export(self) -> EstimatorExport:
        from glasscell.tasks.forecasting import export

        return export

    def trained_run(self) -> Opening:
        from glasscell.tasks.forecasting import trained_run

        return trained_run

    def explanation(self) -> Explanation:
        from glasscell.tasks.forecasting import explanation

        return explanation

    def trace(self) -> Tracing:
        from glasscell.tasks.forecasting import explanation

        return explanation


TASK = Forecasting()
