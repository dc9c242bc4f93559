"""A local Dask cluster: prints its address and its workers' process ids; ends with stdin."""

import sys

from distributed import LocalCluster

if __name__ == "__main__":  # each worker imports this file again
    settings = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": ":0"}
    with LocalCluster(n_workers=int(sys.argv[1]), **settings) as cluster:
        print(
            cluster.scheduler_address,
            *(nanny.pid for nanny in cluster.workers.values()),
            flush=True,
        )
        sys.stdin.read()
