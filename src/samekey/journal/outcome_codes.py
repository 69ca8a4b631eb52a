"""Our own words for how an outcome was found, beside the tenant's error codes."""

READ_BACK = "READ_BACK"
"""Found by reading the user back."""

PRE_READ = "PRE_READ"
"""With upsert, told apart by what was in the connection before the first job."""

NOT_THERE = "NOT_THERE"
"""A user that a job did not make."""

NOT_SOUGHT = "NOT_SOUGHT"
"""A user that was sent without anything the tenant can be asked by at once."""

FAILURES = {
    NOT_THERE: ("retry", "The job failed or is gone, and the user is not in the connection: send the user again."),
    NOT_SOUGHT: (
        "tenant",
        "The job failed or is gone, and the user has neither email nor user id to be looked up by: look in the tenant.",
    ),
}
"""Codes of users that count as failed: who can mend it, and what it means."""

NOT_FOR_RETRY: frozenset[str] = frozenset()
"""Codes of users for whom sending again does nothing."""
