"""Search for good settings on several machines: scikit-learn's search over joblib's Dask backend.

python examples/search.py                        two processes on this machine
python examples/search.py tcp://SCHEDULER:8786   a Dask cluster whose workers have glasscell
"""

import sys

from dask.distributed import Client, get_task_stream
from italy import load
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV

from glasscell import LSTMClassifier


def search(client: Client) -> None:
    """Try all candidates, each fit on any free worker."""
    train, test = load("TRAIN"), load("TEST")
    candidates = {"units": [8, 32], "learning_rate": [0.003, 0.01]}
    classifier = LSTMClassifier(read_out="last", epochs=30, early_stopping=False, random_state=0)
    with parallel_config("dask"), get_task_stream(client) as stream:
        found = GridSearchCV(classifier, candidates, cv=3).fit(train.x, train.y)
    workers = {task["worker"] for task in stream.data}  # pyright: ignore
    print(
        f"{3 * len(found.cv_results_['params'])} fits by {len(workers)} workers; best: "
        f"{found.best_params_}"
    )
    print(f"{found.score(test.x, test.y):.3f} of the test days are classified correctly")


if __name__ == "__main__":  # Dask's workers import this file and must not start a search
    with (
        Client(sys.argv[1])
        if len(sys.argv) > 1
        else Client(n_workers=2, threads_per_worker=1) as client
    ):
        search(client)
