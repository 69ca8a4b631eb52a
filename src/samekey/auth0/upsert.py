"""What an import with upsert changes of a user who is there, and what it does not.

Source: import schema and import guide, read on 2026-11-23; the older property table says which are upsertable.
"""

MATCHED_BY = "email"
"""Users that are there are found by this alone; a user who shares only another identifier fails."""

UNCHANGED = frozenset({"email", "username", "user_id", "phone_number", "phone_verified", "blocked"})
"""Properties that stay as they are."""
