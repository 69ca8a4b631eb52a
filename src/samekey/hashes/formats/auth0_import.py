"""Auth0's own import files: what another script wrote for the door is taken as it stands, once it is seen to be good.

Source:
    Auth0's import schema.
"""

from collections.abc import Mapping

from samekey.hashes import catalogue, forms, payload_rules, stored


def _import(value: stored.Stored) -> forms.Form | None:
    """One of the two columns of an import file; a payload that Auth0 would refuse, or never verify, is damaged."""
    payload, text = value.columns.get("custom_password_hash"), value.columns.get("password_hash")
    if not payload and not text:
        return forms.NoPassword(reason="missing")
    if payload and text:
        return forms.NoPassword(reason="damaged")
    if text:
        if payload_rules.password_hash_refusals(text):
            return forms.NoPassword(reason="damaged")
        # `password_hash` can never be corrected by a later import; this says the same and can.
        return forms.Ready(payload={"algorithm": "bcrypt", "hash": {"value": text, "encoding": "utf8"}})
    if not isinstance(payload, Mapping) or payload_rules.refusals(payload):
        return forms.NoPassword(reason="damaged")
    return forms.Ready(payload=dict(payload))


FORMATS = (
    catalogue.Format(
        name="auth0_import",
        definition="`custom_password_hash` or `password_hash` of an import file, by its own words",
        recognised="columns `custom_password_hash` and `password_hash`; damaged where Auth0 would never verify it",
        source="Auth0, bulk import schema",
        keys=("column:custom_password_hash",),
        read=_import,
        rank=1,
    ),
)
