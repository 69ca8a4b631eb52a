"""Parsers from stored values into neutral forms, one file per ecosystem, each a stranger to the others."""
