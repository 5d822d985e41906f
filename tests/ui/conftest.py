"""The one application of the tests, dressed as the program is."""

from __future__ import annotations

import pytest

from app.bootstrap import Services
from app.ui.start import make_application


@pytest.fixture(scope="session")
def qapp():
    yield make_application("light")


@pytest.fixture
def services():
    made = Services()
    yield made
    made.close()
