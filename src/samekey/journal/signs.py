"""Words for what was seen of an attempt whose answer never came."""

IN_LOG = "in-log"
"""The tenant's log shows that it was accepted, and not which job it became."""

NOT_IN_LOG = "not-in-log"
"""The tenant's log was looked through and does not show it. That proves nothing: lines come late, and some never."""

QUEUE_FULL = "queue-full"
"""The tenant's queue was full although fewer jobs of ours were known: the lost one may have been at work."""
