"""Words for what became of users who were to be blocked, or let in again."""

BLOCKED = "blocked"
"""They cannot come in any more."""

LET_IN = "let-in"
"""They can come in again."""

ABSENT = "absent"
"""Nobody of that name is in the connection."""

NOT_OURS = "not-ours"
"""There is somebody of that name whom this delivery did not bring: an import of ours failed on it."""

UNSOUGHT = "unsought"
"""They have neither email nor user id to be found by at once."""

WAYS_OUT = {
    ABSENT: "Nobody of that name is in the connection: nothing to do, unless the person has another name there.",
    NOT_OURS: "Somebody of that name was there before: look who it is, and block the user by hand if it is the same.",
    UNSOUGHT: "Look the user up in the tenant, and block it by hand.",
}
"""What a person does about those who could not be blocked."""
