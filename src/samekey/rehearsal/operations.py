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
    clients_api,
    connections_api,
    exports_api,
    jobs_api,
    logs_api,
    organizations_api,
    resets,
    roles_api,
    second_factor_api,
    tenant_api,
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
    """What Auth0's API reference calls it; writes are logged under it."""
    page: str = ""
    """A page of Auth0's documentation that tells more than the API reference: a name of `citations.PAGES`."""
    note: str = ""
    """An honest difference from Auth0; empty when it answers as documented."""
    bytes_max: int = bodies.JSON_BYTES_MAX
    """The longest body it takes."""
    status: int = 200
    """Of a good answer."""


ALWAYS_EMPTY = "always empty"
"""Note of an address that others ask, and behind which there is nothing here."""
_MEMBER_ROLES = "/organizations/{organization_id}/members/{user_id:path}/roles"
_IMPORT_NOTE = "order of the checks inferred; completion mail lies in the outbox"
_SEARCH_NOTE = "two clauses side by side mean OR (inferred); no relevance order"

OPERATIONS = (
    Operation("GET", "/clients", clients_api.show_all, ("read:clients",), "Get clients", note="read only; never a secret"),
    Operation("GET", "/clients/{client_id}", clients_api.show, ("read:clients",), "Get a client by id", note="never a secret"),
    Operation("GET", "/client-grants", clients_api.show_grants, ("read:client_grants",), "Get client grants", note="read only"),
    Operation("GET", "/tenants/settings", tenant_api.show_settings, ("read:tenant_settings",), "Get tenant settings", note="read only; a few"),
    Operation("GET", "/actions/actions", tenant_api.show_actions, ("read:actions",), "Get actions", note=ALWAYS_EMPTY),
    Operation("GET", "/connections-directory-provisionings", tenant_api.show_provisionings, ("read:directory_provisionings",), "Get a list of directory provisioning configurations", note=ALWAYS_EMPTY),
    Operation("GET", "/connections", connections_api.show_all, ("read:connections",), "Get all connections"),
    Operation("GET", "/connections/{connection_id}", connections_api.show, ("read:connections",), "Get a connection"),
    Operation("POST", "/connections", connections_api.create, ("create:connections",), "Create a connection", note="database connections only; enabled for all applications unless told otherwise", status=201),
    Operation("PATCH", "/connections/{connection_id}", connections_api.change, ("update:connections",), "Update a connection", note="options are not held against a schema"),
    Operation("DELETE", "/connections/{connection_id}", connections_api.delete, ("delete:connections",), "Delete a connection", status=204),
    Operation("GET", "/connections/{connection_id}/clients", connections_api.show_clients, ("read:connections",), "Get enabled clients for a connection", note="all of them or none"),
    Operation("DELETE", "/connections/{connection_id}/users", users_api.delete_by_email, ("delete:users",), "Delete a connection user", status=204),
    Operation("POST", "/jobs/users-imports", jobs_api.create_import, ("create:users",), "Create import users job", page="bulk user imports", note=_IMPORT_NOTE, bytes_max=limits.IMPORT_REQUEST_BYTES_MAX, status=202),
    Operation("POST", "/jobs/users-exports", exports_api.create, ("read:users",), "Create export users job", page="bulk user exports"),
    Operation("GET", "/jobs/{job_id}", jobs_api.show, ("create:users", "read:users"), "Get a job", page="bulk user imports"),
    Operation("GET", "/jobs/{job_id}/errors", jobs_api.show_errors, ("create:users", "read:users"), "Get job error details", page="bulk user imports", note="which of its three shapes comes when is inferred"),
    Operation("GET", "/users-by-email", users_api.show_by_email, ("read:users",), "Search users by email", page="get users by id or email"),
    Operation("GET", "/users", users_api.show_all, ("read:users",), "List or search users", page="list and search users", note=_SEARCH_NOTE),
    Operation("POST", "/users", users_api.create, ("create:users",), "Create a User", note="password policy `good`", status=201),
    Operation("GET", "/users/{user_id:path}/logs", logs_api.show_of_user, ("read:logs", "read:logs_users"), "Get user's log events", page="retrieve log events"),
    Operation("GET", "/users/{user_id:path}/roles", roles_api.show_of_user, ("read:users", "read:roles"), "Get a user's roles"),
    Operation("POST", "/users/{user_id:path}/roles", roles_api.give_to_user, ("update:users",), "Assign roles to a user", status=204),
    Operation("DELETE", "/users/{user_id:path}/roles", roles_api.take_from_user, ("update:users",), "Remove roles from a user", status=204),
    Operation("GET", "/users/{user_id:path}/organizations", organizations_api.show_of_user, ("read:organizations", "read:users"), "List user's organizations"),
    Operation("POST", "/users/{user_id:path}/recovery-code-regeneration", second_factor_api.new_recovery_code, ("update:users",), "Generate new multi-factor authentication recovery code", page="import MFA enrollments", note="the code opens nothing here"),
    Operation("GET", "/users/{user_id:path}", users_api.show, ("read:users",), "Get a user"),
    Operation("PATCH", "/users/{user_id:path}", users_api.change, ("update:users",), "Update a User", note="password policy `good`"),
    Operation("DELETE", "/users/{user_id:path}", users_api.delete, ("delete:users",), "Delete a User", status=204),
    Operation("GET", "/user-blocks", blocks_api.show_by_identifier, ("read:users",), "Get blocks by identifier", page="brute-force protection"),
    Operation("DELETE", "/user-blocks", blocks_api.lift_by_identifier, ("update:users",), "Unblock by identifier", page="brute-force protection", status=204),
    Operation("GET", "/user-blocks/{user_id:path}", blocks_api.show, ("read:users",), "Get a user's blocks", page="brute-force protection"),
    Operation("DELETE", "/user-blocks/{user_id:path}", blocks_api.lift, ("update:users",), "Unblock a user", page="brute-force protection", status=204),
    Operation("GET", "/logs", logs_api.show_all, ("read:logs",), "Search log events", page="retrieve log events"),
    Operation("GET", "/logs/{log_id}", logs_api.show, ("read:logs",), "Get a log event by id", page="retrieve log events"),
    Operation("POST", "/tickets/password-change", resets.create_ticket, ("create:user_tickets",), "Create a password change ticket", page="password change", note="client_id and organization_id change nothing", status=201),
    Operation("GET", "/organizations", organizations_api.show_all, ("read:organizations",), "Get organizations"),
    Operation("POST", "/organizations", organizations_api.create, ("create:organizations",), "Create an organization", status=201),
    Operation("GET", "/organizations/name/{name}", organizations_api.show_by_name, ("read:organizations",), "Get an organization by name"),
    Operation("GET", "/organizations/{organization_id}", organizations_api.show, ("read:organizations",), "Get an organization"),
    Operation("DELETE", "/organizations/{organization_id}", organizations_api.delete, ("delete:organizations",), "Delete an organization", status=204),
    Operation("GET", "/organizations/{organization_id}/client-grants", tenant_api.show_organization_grants, ("read:organization_client_grants",), "Get client grants associated to an organization", note=ALWAYS_EMPTY),
    Operation("GET", "/organizations/{organization_id}/connections", organizations_api.show_all_connections, ("read:organization_connections",), "Get connections of an organization", note="enabled ones only"),
    Operation("GET", "/organizations/{organization_id}/enabled_connections", organizations_api.show_connections, ("read:organization_connections",), "Get enabled connections"),
    Operation("POST", "/organizations/{organization_id}/enabled_connections", organizations_api.enable_connection, ("create:organization_connections",), "Add a connection to an organization", status=201),
    Operation("GET", _MEMBER_ROLES, organizations_api.show_member_roles, ("read:organization_member_roles",), "Get a member's roles"),
    Operation("POST", _MEMBER_ROLES, organizations_api.give_member_roles, ("create:organization_member_roles",), "Assign roles to a member", status=204),
    Operation("DELETE", _MEMBER_ROLES, organizations_api.take_member_roles, ("delete:organization_member_roles",), "Remove roles from a member", status=204),
    Operation("GET", "/organizations/{organization_id}/members", organizations_api.show_members, ("read:organization_members",), "Get members", note="no checkpoint paging"),
    Operation("POST", "/organizations/{organization_id}/members", organizations_api.add_members, ("create:organization_members",), "Add members to an organization", page="assign members", status=204),
    Operation("DELETE", "/organizations/{organization_id}/members", organizations_api.remove_members, ("delete:organization_members",), "Delete members from an organization", status=204),
    Operation("GET", "/roles", roles_api.show_all, ("read:roles",), "Get roles"),
    Operation("POST", "/roles", roles_api.create, ("create:roles",), "Create a role"),
    Operation("GET", "/roles/{role_id}", roles_api.show, ("read:roles",), "Get a role"),
    Operation("DELETE", "/roles/{role_id}", roles_api.delete, ("delete:roles",), "Delete a role"),
    Operation("GET", "/roles/{role_id}/permissions", tenant_api.show_role_permissions, ("read:roles",), "Get permissions granted by role", note=ALWAYS_EMPTY),
    Operation("GET", "/roles/{role_id}/users", roles_api.show_users, ("read:roles", "read:role_members"), "Get a role's users"),
    Operation("POST", "/roles/{role_id}/users", roles_api.give_to_users, ("update:roles", "create:role_members"), "Assign users to a role"),
)  # fmt: skip
"""Every address of the Management API that this tenant answers at."""
