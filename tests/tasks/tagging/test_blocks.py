import numpy as np
import pytest

from glasscell.tasks.tagging.blocks import cut, hold_out


@pytest.mark.parametrize("seed", range(3))
def test_series_are_held_out_whole_and_groups_together(seed):
    tags = [np.full(k + 3, "ab"[k % 2], object) for k in range(10)]
    groups = np.array(list("ppqqrrsstt"))
    training, held_out = hold_out(tags, 0.2, seed, groups)
    assert sorted(part.series for part in [*training, *held_out]) == list(range(10))
    assert all((part.begin, part.end) == (0, len(tags[part.series])) for part in [*training, *held_out])
    assert not {groups[part.series] for part in training} & {groups[part.series] for part in held_out}
    assert len(held_out) == 2
    assert hold_out(tags, 0.2, seed, groups) == (training, held_out)


def test_of_a_single_series_a_block_is_held_out_that_leaves_all_classes_to_learn():
    tags = [np.array([*"aab" * 20, *"c" * 15], object)]  # c only stands at the end
    training, (held_out,) = hold_out(tags, 0.2, 0)
    assert held_out.end - held_out.begin == 15
    assert {tag for part in cut(tags, training) for tag in part} == set("abc")
    assert sum(part.end - part.begin for part in training) == 60
    assert all(part.end <= held_out.begin or part.begin >= held_out.end for part in training)


def test_a_class_of_one_series_is_learnt():
    tags = [np.array(list("ab"), object)] * 9 + [np.array(list("c"), object)]
    for seed in range(5):
        assert 9 in {part.series for part in hold_out(tags, 0.1, seed)[0]}
