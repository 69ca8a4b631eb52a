"""Is the first row of a table the names of its columns, or somebody's record already?"""

import re
from collections.abc import Sequence

_VALUE = re.compile(
    r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}"  # an address
    r"|[0-9a-fA-F]{32,}"  # a digest in hex
    r"|\$[0-9a-zA-Z]{1,12}\$.{8,}"  # a hash that says what it is
    r"|\d{4}-\d\d-\d\d([ T].*)?"  # a day
)
"""What stands in a record and in no name."""


def is_record(cells: Sequence[object]) -> bool:
    """Whether one of the cells of a first row can be no name of a column."""
    return any(isinstance(cell, str) and _VALUE.fullmatch(cell.strip()) for cell in cells)
