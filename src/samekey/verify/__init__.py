"""Look whether what was sent arrived, and whether people can log in."""
