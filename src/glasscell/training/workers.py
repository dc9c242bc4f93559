"""Several processes that train one network: each computes part of a batch; TensorFlow sums them.

Only the all-reduce of TensorFlow's MultiWorkerMirroredStrategy is used. The weights stay plain
variables, since equal gradients cause equal steps. Only the chief saves the run, validates and
decides when to stop; before each epoch it sends its variables and the epoch's number.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import tensorflow as tf

from glasscell.errors import DataError, UsageError, WorkerLost
from glasscell.system.cluster import Place
from glasscell.system.files import one_line
from glasscell.training.sentences import Fitting

OVER = -1  # sent by the chief instead of an epoch's number when training is over


class Workers:
    """The processes that train together, as seen from one. Created before TensorFlow computes.

    The constructor waits until all have joined.

    Parameters
    ----------
    place : Place
        The place of this process.
    """

    def __init__(self, place: Place):
        self.rank, self.size, self.is_chief = place.rank, place.size, place.is_chief
        cluster: Any = tf.distribute.cluster_resolver.SimpleClusterResolver(
            tf.train.ClusterSpec(place.cluster),
            task_type=place.type,
            task_id=place.index,
            rpc_layer="grpc",
            num_accelerators={"GPU": 0},  # one replica per process: the CPU computes the sums
        )
        try:
            with lost_workers_reported():
                self._strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=cluster)
        except tf.errors.UnknownError as error:
            raise UsageError(
                Fitting.UNREACHABLE, address=place.address, words=one_line(error)
            ) from None
        self._graph_of_add_up = tf.function(self.add_up)

    def add_up(self, tensors: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """Return sums of tensors over all workers, in order, bitwise equal; maybe in a graph."""

        def reduce(*tensors):
            # tensors from outside the strategy have no device that it knows
            here = [tf.identity(v) for v in tensors]
            context: Any = tf.distribute.get_replica_context()
            return context.all_reduce(tf.distribute.ReduceOp.SUM, here)

        return list(self._strategy.run(reduce, args=tuple(tensors)))

    def share(self, size: int) -> tuple[int, int]:
        """Return where this worker's part of a batch of `size` begins and ends, maybe empty."""
        return size * self.rank // self.size, size * (self.rank + 1) // self.size

    def next_epoch(self, epoch: int, variables: Sequence[Any]) -> int:
        """Return the chief's `epoch`, and copy its variables; a follower's values are ignored."""
        epoch = int(self._from_chief([float(epoch)])[0])
        if epoch != OVER:
            # float64 represents every float32, and whole numbers up to 2⁵³, exactly
            flat = tf.concat([tf.reshape(tf.cast(v, "float64"), [-1]) for v in variables], 0)
            parts = tf.split(self._from_chief(flat), [v.shape.num_elements() for v in variables])
            if self.is_chief:
                return epoch
            for variable, part in zip(variables, parts, strict=True):
                variable.assign(tf.cast(tf.reshape(part, variable.shape), variable.dtype))
        return epoch

    def set_apart(self, model: Any) -> None:
        """Give a follower other dropout masks than the chief, whose random states it received."""
        for v in model.variables:
            if v.path.endswith("seed_generator_state"):
                v.assign_add([self.rank, 0])

    def dismiss(self) -> None:
        """Tell the followers that the training is over: the chief's last message."""
        with suppress(WorkerLost):  # the result is safe
            self._from_chief([float(OVER)])

    def agree(self, digest: str) -> None:
        """Raise DataError on every worker unless all have the same digest of their data."""
        mine = float(int(digest[:12], 16))
        every = self._add_now(tf.one_hot(self.rank, self.size, mine, 0.0, dtype="float64")).numpy()
        others = [rank for rank in range(self.size) if every[rank] != every[0]]
        if others:
            raise DataError(Fitting.CHIEF_HAS_OTHER_DATA, others=others, size=self.size)

    def _from_chief(self, v) -> tf.Tensor:
        v = tf.convert_to_tensor(v, "float64")
        return self._add_now(v if self.is_chief else tf.zeros_like(v))

    def _add_now(self, v: tf.Tensor) -> tf.Tensor:
        with lost_workers_reported():
            return self._graph_of_add_up([v])[0]


def share_out(workers: Workers, differentiate: Callable) -> Callable:
    """Return a function like `differentiate` of which workers compute only their batch parts."""

    def differentiate_together(x, y, sample_weight):
        size = tf.nest.flatten(x)[0].shape[0]
        begin, end = workers.share(size)
        # a worker without samples computes one with weight 0
        part = slice(begin, max(end, begin + 1))
        loss, answers, gradients = differentiate(
            *(
                None if v is None else tf.nest.map_structure(lambda v: v[part], v)
                for v in (x, y, sample_weight)
            )
        )
        weight = (end - begin) / size
        computed = [g for g in gradients if g is not None]
        loss, *sums = workers.add_up(
            [
                loss * weight,
                *(g * weight for g in computed),
                *(_put_in_place(v[: end - begin], begin, size) for v in tf.nest.flatten(answers)),
            ]
        )
        every_gradient = iter(sums[: len(computed)])
        answers = tf.nest.pack_sequence_as(answers, sums[len(computed) :])
        return loss, answers, [None if g is None else next(every_gradient) for g in gradients]

    return differentiate_together


@contextmanager
def lost_workers_reported() -> Iterator[None]:
    """Raise WorkerLost for the errors that TensorFlow raises when another process is gone."""
    try:
        yield
    except _GONE as error:
        reason = str(error).partition("Collective ops is aborted by:")[2] or str(error)
        raise WorkerLost(
            Fitting.WORKER_GONE, words=one_line(ValueError(reason))[:120].strip()
        ) from None


_GONE = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
)


def _put_in_place(v: Any, begin: int, size: int) -> tf.Tensor:
    """Return the outputs of a part of a batch, padded with zeros to the whole batch."""
    rest = [[0, 0]] * (len(v.shape) - 1)
    return tf.pad(v, [[begin, size - begin - v.shape[0]], *rest])
