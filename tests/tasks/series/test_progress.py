from glasscell.tasks.series.task import TASK


def begun(shown):
    """Give the callback of three further trainings of four epochs, which records what is shown."""

    def begin(epochs, what="training", counted="epoch"):
        shown.append((epochs, counted))
        return lambda at, logs: shown.append((at, logs))

    return TASK.more_arguments(begin, print, None)["begin_further"](3, 4)


def test_a_whole_number_is_shown_of_folds_only_where_so_many_are_done():
    shown = []
    on_further = begun(shown)
    for epochs_under_way in range(
        1, 9
    ):  # of two trainings at once; 5 are as much as one that is done
        on_further(0, epochs_under_way, {"loss": 1.0})
    on_further(1, 0, {"accuracy": 0.5})
    assert shown[0] == (3, "fold")
    assert [at for at, _ in shown[1:]] == [0.2, 0.4, 0.6, 0.8, 1.2, 1.4, 1.6, 1.0]
