"""How large a delivery would be: the sample, mapped by the drafted rules, stands for the whole."""

from collections.abc import Sequence

from samekey.auth0 import limits
from samekey.errors import RulesError
from samekey.mapping.compiled import compile_rules
from samekey.mapping.rules import parse_rules
from samekey.records import SourceRecord, User
from samekey.survey import draft
from samekey.survey.findings import Estimate, Findings

USERS_PER_HOUR = {"free": 40_000, "production": 160_000, "enterprise": 400_000}
"""What tenants were seen to import with two full files in parallel.

About 400 000 users an hour on an enterprise tier; production is about 4 times and enterprise about 10 times the free
tier. Auth0 community, topics 112785 and 140781, read on 2026-11-23; no promise of Auth0's.
"""


def estimate(found: Findings, sample: Sequence[SourceRecord]) -> Estimate | None:
    """The size of a delivery.

    Args:
        found: everything counted.
        sample: the first records.

    Returns:
        The estimate; None when no record of the sample becomes a user by the drafted rules.

    """
    try:
        map_record = compile_rules(parse_rules(draft.draft(found)))
    except RulesError:
        # Nothing in the source identifies a person, so the draft waits for one.
        return None
    mapped = [map_record(record) for record in sample]
    sizes = [len(user.payload) for user in mapped if isinstance(user, User)]
    if not sizes:
        return None
    user_bytes = round(sum(sizes) / len(sizes))
    users = round(found.records * len(sizes) / len(mapped))
    # Between two users of a chunk stands a comma.
    chunks = -(-users * (user_bytes + 1) // limits.CHUNK_BYTES_DEFAULT)
    hours = {tier: round(users / per_hour, 4) for tier, per_hour in USERS_PER_HOUR.items()}
    return Estimate(user_bytes, chunks, hours)
