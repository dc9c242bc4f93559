"""A small run of text, trained once for the tests that only read it."""

import pytest
from support.texts import small_run


@pytest.fixture(scope="session")
def run(tmp_path_factory, undraw):
    with undraw():
        return small_run(tmp_path_factory.mktemp("text"))
