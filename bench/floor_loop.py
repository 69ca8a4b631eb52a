"""Decode a line, encode it, write it; one process, nothing else. Usage: floor_loop.py IN.ndjson OUT.ndjson"""

import sys
from pathlib import Path

import orjson

loads, dumps = orjson.loads, orjson.dumps
with Path(sys.argv[1]).open("rb") as source, Path(sys.argv[2]).open("wb") as target:
    write = target.write
    for line in source:
        write(dumps(loads(line)) + b"\n")
