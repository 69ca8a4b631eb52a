"""Two records for one person: Auth0 refuses the second of them inside a job, and so does samekey, before anything is
sent.
"""

from samekey.records import Position, Rejection, User


class Duplicates:
    """Remembers every identifier that was packed and who held it first.

    Auth0 wants email, username, phone number and user id each to be unique in a connection; the first three without
    regard to case, and so they come here in lower case.
    """

    def __init__(self) -> None:
        self._holders: dict[tuple[str, str], Position] = {}

    def check(self, user: User) -> Rejection | None:
        """Let the first holder of an identifier pass and refuse later ones.

        Returns:
            None, and the user's identifiers are taken from now on; or a rejection that names the first holder's
            position, and nothing is remembered of the refused user.

        """
        for name, value in user.identifiers.items():
            first = self._holders.get((name, value))
            if first is not None:
                remedy = f"{first} has the same {name}: decide which of the two is the person and drop the other."
                return Rejection(user.position, "duplicate", name, remedy.capitalize(), key=user.key)
        for name, value in user.identifiers.items():
            self._holders[name, value] = user.position
        return None
