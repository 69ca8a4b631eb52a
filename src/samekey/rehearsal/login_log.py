"""What the tenant log says about a login.

A mismatch with an imported hash has a description and a reason of its own; it says so for an ordinary typing mistake
too, so it proves a bad hash only in numbers. Source: Auth0's community answers 106101 and 169648.
"""

from samekey.rehearsal import logins
from samekey.rehearsal.tenant import Tenant

_KINDS = {
    logins.LoginResult.WELCOME: ("s", "Successful login"),
    logins.LoginResult.WRONG_PASSWORD: ("fp", "Wrong email or password."),
    logins.LoginResult.UNKNOWN_USER: ("fu", "Wrong email or password."),
    logins.LoginResult.BLOCKED: ("f", "user is blocked"),
    logins.LoginResult.TOO_MANY: ("limit_wc", "Blocked Account"),
    logins.LoginResult.TOO_FAST: ("limit_sul", "Blocked Account"),
}
_HASH_REASON = "Verification failed for the provided custom_password_hash"


def note(tenant: Tenant, login: logins.Login, door: logins.Door, *, exchange: bool) -> None:
    """Write the lines of one login.

    Args:
        tenant: where.
        login: how it ended.
        door: where and with what it came.
        exchange: whether it was a password grant, which has a line of its own.

    """
    kind, description = _KINDS[login.result]
    details = None
    if login.result is logins.LoginResult.WRONG_PASSWORD and login.user is not None:
        if login.user["hash_kind"] == "imported":
            description, details = "Password change required", {"error": {"reason": _HASH_REASON}}
        else:
            details = {"error": {"message": description}}
    user_id = str(login.user["user_id"]) if login.user is not None else ""
    lines = [(kind, description)]
    if exchange:
        is_welcome = login.result is logins.LoginResult.WELCOME
        lines.append(("sepft", "Password for Access Token") if is_welcome else ("fepft", description))
    for line_kind, words in lines:
        tenant.log.write(
            line_kind,
            words,
            client=door.client,
            connection=(door.connection_id, door.connection),
            user=(user_id, door.identifier),
            ip=door.ip,
            details=details,
        )
