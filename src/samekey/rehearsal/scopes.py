"""Scopes of the Management API that this tenant knows.

Source: Auth0's OpenAPI description of the Management API, 25 June 2026.
"""

ALL = (
    "read:users", "create:users", "update:users", "delete:users",
    "read:connections", "create:connections", "update:connections", "delete:connections",
    "read:logs", "read:logs_users",
    "create:user_tickets",
    "read:organizations", "create:organizations", "update:organizations", "delete:organizations",
    "read:organization_members", "create:organization_members", "delete:organization_members",
    "create:organization_member_roles", "read:organization_member_roles", "delete:organization_member_roles",
    "read:organization_connections", "create:organization_connections", "delete:organization_connections",
    "read:roles", "create:roles", "update:roles", "delete:roles", "create:role_members", "read:role_members",
    "read:user_idp_tokens",
    "read:clients", "read:client_grants", "read:tenant_settings", "read:actions", "read:directory_provisionings",
    "read:organization_client_grants",
)  # fmt: skip
"""What the machine-to-machine application of a fresh tenant is granted."""

OPENID = ("openid", "profile", "email", "address", "phone")
"""What a login gets when it asks for `openid` alone, as recorded."""
