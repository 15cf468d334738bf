"""Logs that hold no identity numbers, contacts or tokens, whatever an exception carries along."""

import logging
import re
import sys

_SECRETS = (
    (re.compile(r"\d(?:[ .-]?\d){15}"), "<16 digits>"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "<e-mail>"),
    (re.compile(r"(?:\+62|\b0)\d(?:[ -]?\d){7,12}"), "<phone>"),
    (re.compile(r"/(t|undangan|alih)/[\w-]{10,}"), r"/\1/<token>"),
    # A form as an exception shows it: what opens something, and who it is.
    (
        re.compile(
            r"""'(pin|kode|password|old_password|repeated|nama|receiver_name|_token)': (?:'[^']*'|"[^"]*")"""
        ),
        r"'\1': <hidden>",
    ),
)


def redact(text: str) -> str:
    """The text with everything that looks like a number of a person, a contact or a token taken out."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class Redacting(logging.Formatter):
    """Formats, then redacts: message, arguments and trace alike."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure(level: int = logging.INFO) -> None:
    """All loggers write one redacted line to standard error; the server's own access log is off."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    # Its debug and info lines hold addresses of people we write to.
    logging.getLogger("aiosmtplib").setLevel(logging.WARNING)
