"""The one way a component says no: in words for the person who asked."""


class Refused(Exception):
    """The act was not done, and nothing was changed.

    message: plain Indonesian, what happened and what to do. fields: field name -> message to show beside it.
    """

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields or {}


class Missing(Refused):
    """There is no such thing, or it is not this person's to see. Both look the same from outside."""

    def __init__(self) -> None:
        super().__init__("Halaman tidak ditemukan.")


class Overtaken(Refused):
    """Somebody was quicker: the state is no longer what the page showed."""
