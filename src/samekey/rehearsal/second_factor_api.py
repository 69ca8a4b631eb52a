"""Recovery codes: not importable, so made anew after an import."""

from starlette.responses import Response

from samekey.rehearsal import answers, identifiers, users_api
from samekey.rehearsal.endpoint import Call

_CODE_CHARS = 24


def new_recovery_code(call: Call) -> Response:
    """`POST /api/v2/users/{id}/recovery-code-regeneration`: a new code; nothing here can be opened with it."""
    users_api.known(call)
    return answers.as_json({"recovery_code": identifiers.letters(_CODE_CHARS).upper()})
