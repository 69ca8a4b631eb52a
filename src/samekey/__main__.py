"""`python -m samekey` enters by the same door as the command."""

from samekey.cli.main import run

run()
