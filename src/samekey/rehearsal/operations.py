"""The Management API as a table: each row is an address, what answers there, and how faithfully.

Routes, the OpenAPI description and the coverage page are made from it, so that none can say what another does not.
`{user_id:path}` takes ids with slashes, so rows with more behind it stand before those without.
"""

# ruff: noqa: E501  # a table is read across

from dataclasses import dataclass

from samekey.auth0 import limits
from samekey.rehearsal import (
    blocks_api,
    bodies,
    connections_api,
    exports_api,
    jobs_api,
    logs_api,
    organizations_api,
    resets,
    roles_api,
    second_factor_api,
    users_api,
)
from samekey.rehearsal.endpoint import Work

BASE = "/api/v2"


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and method of the Management API."""

    method: str
    path: str
    """Behind `/api/v2`."""
    work: Work
    """What answers."""
    scopes: tuple[str, ...]
    """Any of these is enough."""
    summary: str
    """What it is called; writes are logged under it."""
    section: str
    """Where the contract tells of it."""
    note: str = ""
    """An honest difference from Auth0; empty when it answers as documented."""
    bytes_max: int = bodies.JSON_BYTES_MAX
    """The longest body it takes."""
    status: int = 200
    """Of a good answer."""


_MEMBER_ROLES = "/organizations/{organization_id}/members/{user_id:path}/roles"
_IMPORT_NOTE = "order of the checks inferred; completion mail lies in the outbox"
_SEARCH_NOTE = "two clauses side by side mean OR (inferred); no relevance order"

OPERATIONS = (
    Operation("GET", "/connections", connections_api.show_all, ("read:connections",), "Get all connections", "5.3"),
    Operation("GET", "/connections/{connection_id}", connections_api.show, ("read:connections",), "Get a connection", "5.3"),
    Operation("POST", "/connections", connections_api.create, ("create:connections",), "Create a connection", "5.3", "database connections only; enabled for all applications unless told otherwise", status=201),
    Operation("PATCH", "/connections/{connection_id}", connections_api.change, ("update:connections",), "Update a connection", "5.3", "options are not held against a schema"),
    Operation("DELETE", "/connections/{connection_id}", connections_api.delete, ("delete:connections",), "Delete a connection", "5.3", status=204),
    Operation("GET", "/connections/{connection_id}/clients", connections_api.show_clients, ("read:connections",), "Get enabled clients for a connection", "5.3", "all of them or none"),
    Operation("DELETE", "/connections/{connection_id}/users", users_api.delete_by_email, ("delete:users",), "Delete a connection user", "5.1", status=204),
    Operation("POST", "/jobs/users-imports", jobs_api.create_import, ("create:users",), "Create import users job", "3", _IMPORT_NOTE, limits.IMPORT_REQUEST_BYTES_MAX, 202),
    Operation("POST", "/jobs/users-exports", exports_api.create, ("read:users",), "Create export users job", "5.2"),
    Operation("GET", "/jobs/{job_id}", jobs_api.show, ("create:users", "read:users"), "Get a job", "4.1"),
    Operation("GET", "/jobs/{job_id}/errors", jobs_api.show_errors, ("create:users", "read:users"), "Get job error details", "4.3", "which of its three shapes comes when is inferred"),
    Operation("GET", "/users-by-email", users_api.show_by_email, ("read:users",), "Search users by email", "5.1"),
    Operation("GET", "/users", users_api.show_all, ("read:users",), "List or search users", "5.1", _SEARCH_NOTE),
    Operation("POST", "/users", users_api.create, ("create:users",), "Create a User", "5.1", "password policy `good`", status=201),
    Operation("GET", "/users/{user_id:path}/logs", logs_api.show_of_user, ("read:logs", "read:logs_users"), "Get user's log events", "5.6"),
    Operation("GET", "/users/{user_id:path}/roles", roles_api.show_of_user, ("read:users", "read:roles"), "Get a user's roles", "5.4"),
    Operation("POST", "/users/{user_id:path}/roles", roles_api.give_to_user, ("update:users",), "Assign roles to a user", "5.4", status=204),
    Operation("DELETE", "/users/{user_id:path}/roles", roles_api.take_from_user, ("update:users",), "Remove roles from a user", "5.4", status=204),
    Operation("GET", "/users/{user_id:path}/organizations", organizations_api.show_of_user, ("read:organizations", "read:users"), "List user's organizations", "5.4"),
    Operation("POST", "/users/{user_id:path}/recovery-code-regeneration", second_factor_api.new_recovery_code, ("update:users",), "Generate new multi-factor authentication recovery code", "1.6", "the code opens nothing here"),
    Operation("GET", "/users/{user_id:path}", users_api.show, ("read:users",), "Get a user", "5.1"),
    Operation("PATCH", "/users/{user_id:path}", users_api.change, ("update:users",), "Update a User", "5.1", "password policy `good`"),
    Operation("DELETE", "/users/{user_id:path}", users_api.delete, ("delete:users",), "Delete a User", "5.1", status=204),
    Operation("GET", "/user-blocks", blocks_api.show_by_identifier, ("read:users",), "Get blocks by identifier", "5.1"),
    Operation("DELETE", "/user-blocks", blocks_api.lift_by_identifier, ("update:users",), "Unblock by identifier", "5.1", status=204),
    Operation("GET", "/user-blocks/{user_id:path}", blocks_api.show, ("read:users",), "Get a user's blocks", "5.1"),
    Operation("DELETE", "/user-blocks/{user_id:path}", blocks_api.lift, ("update:users",), "Unblock a user", "5.1", status=204),
    Operation("GET", "/logs", logs_api.show_all, ("read:logs",), "Search log events", "5.6"),
    Operation("GET", "/logs/{log_id}", logs_api.show, ("read:logs",), "Get a log event by id", "5.6"),
    Operation("POST", "/tickets/password-change", resets.create_ticket, ("create:user_tickets",), "Create a password change ticket", "5.5", status=201),
    Operation("GET", "/organizations", organizations_api.show_all, ("read:organizations",), "Get organizations", "5.4"),
    Operation("POST", "/organizations", organizations_api.create, ("create:organizations",), "Create an organization", "5.4", status=201),
    Operation("GET", "/organizations/name/{name}", organizations_api.show_by_name, ("read:organizations",), "Get an organization by name", "5.4"),
    Operation("GET", "/organizations/{organization_id}", organizations_api.show, ("read:organizations",), "Get an organization", "5.4"),
    Operation("DELETE", "/organizations/{organization_id}", organizations_api.delete, ("delete:organizations",), "Delete an organization", "5.4", status=204),
    Operation("GET", "/organizations/{organization_id}/enabled_connections", organizations_api.show_connections, ("read:organization_connections",), "Get enabled connections", "5.4"),
    Operation("POST", "/organizations/{organization_id}/enabled_connections", organizations_api.enable_connection, ("create:organization_connections",), "Add a connection to an organization", "5.4", status=201),
    Operation("GET", _MEMBER_ROLES, organizations_api.show_member_roles, ("read:organization_member_roles",), "Get a member's roles", "5.4"),
    Operation("POST", _MEMBER_ROLES, organizations_api.give_member_roles, ("create:organization_member_roles",), "Assign roles to a member", "5.4", status=204),
    Operation("DELETE", _MEMBER_ROLES, organizations_api.take_member_roles, ("delete:organization_member_roles",), "Remove roles from a member", "5.4", status=204),
    Operation("GET", "/organizations/{organization_id}/members", organizations_api.show_members, ("read:organization_members",), "Get members", "5.4", "no checkpoint paging"),
    Operation("POST", "/organizations/{organization_id}/members", organizations_api.add_members, ("create:organization_members",), "Add members to an organization", "5.4", status=204),
    Operation("DELETE", "/organizations/{organization_id}/members", organizations_api.remove_members, ("delete:organization_members",), "Delete members from an organization", "5.4", status=204),
    Operation("GET", "/roles", roles_api.show_all, ("read:roles",), "Get roles", "5.4"),
    Operation("POST", "/roles", roles_api.create, ("create:roles",), "Create a role", "5.4"),
    Operation("GET", "/roles/{role_id}", roles_api.show, ("read:roles",), "Get a role", "5.4"),
    Operation("DELETE", "/roles/{role_id}", roles_api.delete, ("delete:roles",), "Delete a role", "5.4"),
    Operation("GET", "/roles/{role_id}/users", roles_api.show_users, ("read:roles", "read:role_members"), "Get a role's users", "5.4"),
    Operation("POST", "/roles/{role_id}/users", roles_api.give_to_users, ("update:roles", "create:role_members"), "Assign users to a role", "5.4"),
)  # fmt: skip
"""Every address of the Management API that this tenant answers at."""
