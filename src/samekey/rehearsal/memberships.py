"""A login for an organisation: who may, and what the id token says of it.

The claims are those of Auth0's organisations (`org_id`, `org_name`); the wording of the refusal is inferred.
"""

import sqlite3

from samekey.rehearsal import answers
from samekey.rehearsal.tenant import Tenant


def claims(tenant: Tenant, user: sqlite3.Row, organization: str) -> dict[str, str]:
    """What the id token says; nothing when no organisation was asked for.

    A connection with `assign_membership_on_login` makes a member of whoever comes through it.

    Args:
        tenant: where.
        user: who signs in.
        organization: id or name as asked for; empty for none.

    Raises:
        Refusal: 403 for an unknown organisation, and for somebody who does not belong to it.

    """
    if not organization:
        return {}
    store = tenant.store
    found = store.row("read_organization", {"id": organization}) or store.row(
        "read_organization_by_name", {"name": organization.lower()}
    )
    if found is None or not _is_let_in(tenant, user, found["number"]):
        raise answers.oauth_refusal(403, "access_denied", "user is not part of the organization")
    return {"org_id": str(found["id"]), "org_name": str(found["name"])}


def _is_let_in(tenant: Tenant, user: sqlite3.Row, organization_number: int) -> bool:
    store = tenant.store
    member = {"organization_number": organization_number, "user_number": user["number"]}
    if store.row("read_membership", member) is not None:
        return True
    for connection in store.rows("read_organization_connections", member):
        if connection["connection_id"] == user["connection_id"] and connection["assign_membership_on_login"]:
            store.run("add_organization_member", member)
            return True
    return False
