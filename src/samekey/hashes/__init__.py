"""What stored passwords are: recognised, expressed for Auth0, evaluated both ways. Knowledge, not a step."""
