"""Pages of Auth0's documentation by the names under which the coverage page cites them; read on 2026-11-23."""

API_REFERENCE = "API reference"

PAGES = {
    API_REFERENCE: "api/management/v2",
    "import schema": "manage-users/user-migration/bulk-user-import-schema",
    "bulk user imports": "manage-users/user-migration/bulk-user-imports",
    "bulk user exports": "manage-users/user-migration/bulk-user-exports",
    "import MFA enrollments": (
        "secure/multi-factor-authentication/authenticate-using-ropg-flow-with-mfa/"
        "import-user-mfa-authenticator-enrollments"
    ),
    "user profile": "manage-users/user-accounts/user-profiles/user-profile-structure",
    "metadata": "manage-users/user-accounts/metadata/metadata-fields-data",
    "list and search users": "manage-users/user-search/list-and-search-users",
    "get users by id or email": "manage-users/user-search/get-users-by-id-or-email",
    "assign members": "manage-users/organizations/configure-organizations/assign-members",
    "password change": "authenticate/database-connections/password-change",
    "custom databases": "authenticate/database-connections/custom-db",
    "brute-force protection": "secure/attack-protection/brute-force-protection",
    "library errors": "libraries/common-auth0-library-authentication-errors",
    "Management API tokens": "secure/tokens/access-tokens/management-api-access-tokens",
    "resource owner password flow": (
        "get-started/authentication-and-authorization-flow/resource-owner-password-flow/"
        "call-your-api-using-resource-owner-password-flow"
    ),
    "code flow with PKCE": "api/authentication/authorization-code-flow-with-pkce/authorize-with-pkce",
    "refresh tokens": "secure/tokens/refresh-tokens",
    "id tokens": "secure/tokens/id-tokens/id-token-structure",
    "OIDC discovery": "get-started/applications/configure-applications-with-oidc-discovery",
    "retrieve log events": "deploy-monitor/logs/retrieve-log-events-using-mgmt-api",
    "log event types": "deploy-monitor/logs/log-event-type-codes",
    "rate limits": "troubleshoot/customer-support/operational-policies/rate-limit-policy",
}
"""Path below `auth0.com/docs` by name."""
