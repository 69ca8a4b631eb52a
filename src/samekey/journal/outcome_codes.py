"""Our own words for how an outcome was found, beside the tenant's error codes."""

READ_BACK = "READ_BACK"
"""Found by reading the user back."""

PRE_READ = "PRE_READ"
"""With upsert, told apart by what was in the connection before the first job."""

NOT_THERE = "NOT_THERE"
"""A user that a job did not make."""

NOT_SOUGHT = "NOT_SOUGHT"
"""A user whom the tenant can only be searched for, and whom a search did not find: searches lag behind."""

MADE_BARE = "MADE_BARE"
"""Deleted over there in the moment before an update, which made the person again without a password."""

UNTOLD = "UNTOLD"
"""An error of the tenant that names nobody, while everybody of the chunk is there as sent."""

PASSWORD_IN_USE = "PASSWORD_IN_USE"  # noqa: S105  # a word
"""A changed password of somebody who has logged in over there."""

PASSWORD_FIXED = "PASSWORD_FIXED"  # noqa: S105  # a word
"""A password for somebody who was imported without one."""

ANOTHER_USER = "ANOTHER_USER"
"""A change for somebody who is not the same over there."""

MADE_AGAIN = "MADE_AGAIN"
"""A change for somebody who was delivered and is not there any more: an import makes the person again."""

FAILURES = {
    NOT_THERE: ("retry", "The job failed or is gone, and the user is not in the connection: send the user again."),
    UNTOLD: (
        "tenant",
        "The tenant reported an error without saying for whom; everybody of that import file is there as sent.",
    ),
    PASSWORD_IN_USE: (
        "tenant",
        "The password changed, but the person has a password of its own over there, and no import changes that one.",
    ),
    MADE_AGAIN: (
        "tenant",
        "Delivered before and gone since, so an import made the person again: look whether it has another user now.",
    ),
    MADE_BARE: (
        "tenant",
        "Deleted over there just before an update, which made the person again without a password: let it be reset.",
    ),
    PASSWORD_FIXED: (
        "tenant",
        "The person came without a hash and so has a random password for good: let the person reset it.",
    ),
    ANOTHER_USER: (
        "tenant",
        "The user over there has this address or id, but not both: an import would change somebody else, or nobody.",
    ),
    NOT_SOUGHT: (
        "tenant",
        "The job failed or is gone, and a search, which may lag behind, did not find the user: look in the tenant.",
    ),
}
"""Codes of users that count as failed: who can mend it, and what it means."""

NOT_FOR_RETRY = frozenset({UNTOLD, PASSWORD_IN_USE, PASSWORD_FIXED, ANOTHER_USER})
"""Codes of users for whom sending again does nothing."""
