"""A source record and the rules become a User, a Rejection or a Held."""
