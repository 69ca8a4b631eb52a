"""Where the pure pass runs: read, map, check, pack."""
