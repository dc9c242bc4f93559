import json

import pytest

from glasscell.errors import UsageError
from glasscell.system.cluster import find_place

TWO = {"worker": ["here:4000", "there:4000"]}


def place(cluster, kind="worker", index: object = 0):
    return find_place({"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})})


def test_the_chief_is_who_is_named_so_or_else_the_first_worker():
    named = TWO | {"chief": ["boss:4000"]}
    places = [place(named, "chief"), *(place(named, index=k) for k in (0, 1))]
    assert [place.rank for place in places] == [0, 1, 2]
    assert [place.is_chief for place in places] == [True, False, False]
    assert [place.size for place in places] == [3, 3, 3]
    assert [place(TWO, index=k).is_chief for k in (0, "1")] == [True, False]


@pytest.mark.parametrize(
    "text", ["", " ", "{}", '{"environment": "cloud"}', '{"cluster": {"chief": ["a:1"]}, "task": {"type": "chief"}}']
)
def test_who_has_no_others_trains_alone(text):
    assert find_place({"TF_CONFIG": text}) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "is not JSON"),
        ("[]", r"is \[\]; expected"),
        ('{"cluster": ["a:1", "b:1"]}', "cluster is"),
        ('{"cluster": {"worker": []}}', "cluster is"),
        ('{"cluster": {"worker": ["a:1", "b:1"]}}', "task is None"),
        ('{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "chief", "index": 0}}', "task is"),
    ],
)
def test_what_cannot_be_understood_is_refused(text, complaint):
    with pytest.raises(UsageError, match=complaint):
        find_place({"TF_CONFIG": text})


@pytest.mark.parametrize("index", [2, -1, "two", None])
def test_a_place_that_the_cluster_has_not_is_refused(index):
    with pytest.raises(UsageError, match="from 0 to 1"):
        place(TWO, index=index)


@pytest.mark.parametrize(
    ("cluster", "complaint"),
    [
        (TWO | {"ps": ["c:1"]}, "'ps'; expected only a chief and workers"),
        ({"worker": ["a:1", "b"]}, "address 'b'; expected HOST:PORT"),
        ({"worker": ["a:1", "b:70000"]}, "address 'b:70000'"),
        ({"worker": ["a:1", 7]}, "address 7"),
        ({"worker": ["a:1", "a:1"]}, "an address twice"),
        (TWO | {"chief": ["a:1", "b:1"]}, "2 chiefs; expected one"),
    ],
)
def test_addresses_that_lead_nowhere_are_refused(cluster, complaint):
    with pytest.raises(UsageError, match=complaint):
        place(cluster)
