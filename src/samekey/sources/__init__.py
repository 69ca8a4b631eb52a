"""Bytes become records, each knowing its position."""
