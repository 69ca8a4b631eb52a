"""The suite's own assertions say what differed."""

import pytest

pytest.register_assert_rewrite("tests.contracts.engine.suite")
