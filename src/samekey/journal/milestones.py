"""Words for what happens to a delivery as a whole."""

BRAKED = "braked"
"""Too many failed: nothing more was handed in. The note says how many."""

WENT_ON = "went-on"
"""A person said to go on all the same, or packed what failed again: it no longer counts for the brake."""

CHANGES_CONFIRMED = "changes-confirmed"
"""A person, or `--yes`, saw what a delta would change and let it. The note is its round."""

CHANGES_DONE = "changes-done"
"""A delta was carried over, and those who are left to a person are listed. The note is its round."""

CANARY_CHOSEN = "canary-chosen"
"""A few users were set apart to go first. The note is their round and chunk."""

CANARY_PASSED = "canary-passed"
"""A person, or `--yes`, saw what became of them and let the others follow."""
