"""What a run's network was like after earlier epochs, for the page."""

from typing import Any

from glasscell.explorer.encoding import halved
from glasscell.explorer.payload import network_of
from glasscell.runs import milestones
from glasscell.runs.trained import Trained, read_report

SHOWN = 3  # at half the bits: the page grows by one and a half networks


def history_of(trained: Trained) -> dict[str, Any] | None:
    """Return the network after some of the epochs that its run has kept, as `payload_of` takes them; None without any.

    Parameters
    ----------
    trained : Trained
        Of a run, or of somebody else's model, which has no epochs.

    Raises
    ------
    DataError
        If a file of weights is damaged.
    """
    if not milestones.kept(trained.path):
        return None
    from glasscell.runs.model_file import load_model

    report = read_report(trained.path)
    last = report.get("best_epoch") or report.get("epochs")
    if not isinstance(last, int):
        return None  # not known before the run is finished
    model = load_model(trained.path)  # another one than `trained.network`, which stays as it is
    shown = []
    for epoch in milestones.choose(trained.path, last, SHOWN):
        milestones.put_back(trained.path, epoch, model)
        shown.append({"epoch": epoch, "network": halved(network_of(model))})
    return {"last": last, "kept": shown}
