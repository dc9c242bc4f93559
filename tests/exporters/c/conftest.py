import shutil

import pytest


@pytest.fixture(autouse=True, scope="session")
def _compiler():
    """Leave out all tests here where there is no C compiler, as on a user's machine; CI has one."""
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
