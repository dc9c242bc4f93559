"""The processes that train together: TF_CONFIG, read before TensorFlow is started."""

import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from glasscell.errors import UsageError
from glasscell.system.sentences import System


class Place(NamedTuple):
    """The place of this process among those that train together.

    `cluster` contains the addresses of each kind, "chief" (if there is one) and "worker"; `type`
    and `index` identify this process among them.
    """

    cluster: dict[str, list[str]]
    type: str
    index: int

    @property
    def rank(self) -> int:
        """The number of this process: 0 is the chief.

        >>> Place({"chief": ["a:1"], "worker": ["b:1", "c:1"]}, "worker", 1).rank
        2
        """
        return self.index + (len(self.cluster.get("chief", [])) if self.type == "worker" else 0)

    @property
    def address(self) -> str:
        """The address at which the other processes reach this one."""
        return self.cluster[self.type][self.index]

    @property
    def size(self) -> int:
        """The number of processes."""
        return sum(map(len, self.cluster.values()))

    @property
    def is_chief(self) -> bool:
        """Whether this process writes the run; the others only help."""
        return self.rank == 0


def find_place(environ: Mapping[str, str] = os.environ) -> Place | None:
    """Return the place given by the environment variable TF_CONFIG; None if training is local.

    >>> two = {
    ...     "cluster": {"worker": ["here:4000", "there:4000"]},
    ...     "task": {"type": "worker", "index": 1},
    ... }
    >>> find_place({"TF_CONFIG": json.dumps(two)}).rank
    1
    >>> find_place({}) is None
    True
    """
    text = environ.get("TF_CONFIG", "")
    if not text.strip():
        return None
    try:
        config = json.loads(text)
    except ValueError as error:
        raise UsageError(System.NO_JSON, words=error, form=System.TF_CONFIG_EXAMPLE()) from None
    if not isinstance(config, dict):
        raise UsageError(System.NO_CONFIG, config=config, form=System.TF_CONFIG_EXAMPLE())
    if not config.get("cluster"):
        return None
    cluster, task = config["cluster"], config.get("task")
    _check_cluster(cluster)
    if not isinstance(task, dict) or task.get("type") not in cluster:
        raise UsageError(System.NO_TASK, task=task, form=System.TF_CONFIG_EXAMPLE())
    count = len(cluster[task["type"]])
    try:
        index = int(task.get("index", 0))  # some write "0"
    except (TypeError, ValueError):
        index = -1
    if not 0 <= index < count:
        raise UsageError(
            System.INDEX, index=task.get("index"), last=count - 1, count=count, task=task["type"]
        )
    place = Place(cluster, task["type"], index)
    return place if place.size > 1 else None


def _check_cluster(cluster: Any) -> None:
    if not isinstance(cluster, dict) or not all(
        isinstance(v, list) and v for v in cluster.values()
    ):
        raise UsageError(System.NO_CLUSTER, cluster=cluster, form=System.TF_CONFIG_EXAMPLE())
    for kind, addresses in cluster.items():
        if kind not in ("chief", "worker"):
            raise UsageError(System.STRANGE_KIND, kind=kind)
        for address in addresses:
            host, _, port = str(address).rpartition(":")
            if not host or not port.isdigit() or int(port) > 65535:
                raise UsageError(System.ADDRESS, kind=kind, address=address)
    if len(cluster.get("chief", [])) > 1:
        raise UsageError(System.CHIEFS, n=len(cluster["chief"]))
    everyone = [address for addresses in cluster.values() for address in addresses]
    if len(set(everyone)) < len(everyone):
        raise UsageError(System.SAME_ADDRESS)
