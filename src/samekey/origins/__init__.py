"""Conventions of the systems that users come from, as data: one TOML file each."""
