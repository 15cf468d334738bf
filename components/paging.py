"""Where a page of a list by time ended, as the address of the next page carries it."""

from datetime import UTC, datetime


def place(at: datetime, id_: int) -> str:
    """The place after this line."""
    return f"{at.astimezone(UTC).isoformat()}_{id_}"


def read_place(text: str) -> tuple[datetime, int] | None:
    """The moment and the id of the last line seen; None for anything that place() did not make."""
    at, _, id_ = text.rpartition("_")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
        number = int(id_)
    except ValueError:
        return None
    return (moment, number) if moment.tzinfo and 0 <= number < 2**31 else None
