"""A fresh pretend company for each test that asks for one; the generated tree itself is made once."""

import pytest

from tests.sandbox.client import Company


@pytest.fixture
def company() -> Company:
    return Company()
