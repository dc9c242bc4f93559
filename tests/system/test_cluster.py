import json

import pytest
from support.facts import raises

from glasscell.system.cluster import find_place
from glasscell.system.sentences import System

TWO = {"worker": ["here:4000", "there:4000"]}


def place(cluster, kind="worker", index: object = 0):
    return find_place(
        {"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})}
    )


def test_the_chief_is_who_is_named_so_or_else_the_first_worker():
    named = TWO | {"chief": ["boss:4000"]}
    places = [place(named, "chief"), *(place(named, index=k) for k in (0, 1))]
    assert [place.rank for place in places] == [0, 1, 2]
    assert [place.is_chief for place in places] == [True, False, False]
    assert [place.size for place in places] == [3, 3, 3]
    assert [place(TWO, index=k).is_chief for k in (0, "1")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{}",
        '{"environment": "cloud"}',
        '{"cluster": {"chief": ["a:1"]}, "task": {"type": "chief"}}',
    ],
)
def test_who_has_no_others_trains_alone(text):
    assert find_place({"TF_CONFIG": text}) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", System.NO_JSON),
        ("[]", System.NO_CONFIG),
        ('{"cluster": ["a:1", "b:1"]}', System.NO_CLUSTER),
        ('{"cluster": {"worker": []}}', System.NO_CLUSTER),
        ('{"cluster": {"worker": ["a:1", "b:1"]}}', System.NO_TASK),
        (
            '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "chief", "index": 0}}',
            System.NO_TASK,
        ),
    ],
)
def test_what_cannot_be_understood_is_refused(text, complaint):
    with raises(complaint):
        find_place({"TF_CONFIG": text})


@pytest.mark.parametrize("index", [2, -1, "two", None])
def test_a_place_that_the_cluster_has_not_is_refused(index):
    with raises(System.INDEX, last=1):
        place(TWO, index=index)


@pytest.mark.parametrize(
    ("cluster", "complaint"),
    [
        (TWO | {"ps": ["c:1"]}, System.STRANGE_KIND),
        ({"worker": ["a:1", "b"]}, System.ADDRESS),
        ({"worker": ["a:1", "b:70000"]}, System.ADDRESS),
        ({"worker": ["a:1", 7]}, System.ADDRESS),
        ({"worker": ["a:1", "a:1"]}, System.SAME_ADDRESS),
        (TWO | {"chief": ["a:1", "b:1"]}, System.CHIEFS),
    ],
)
def test_addresses_that_lead_nowhere_are_refused(cluster, complaint):
    with raises(complaint):
        place(cluster)
