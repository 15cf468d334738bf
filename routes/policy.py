"""The content security policy of our pages: nothing foreign, nothing inline but the one style sheet we know."""

import base64
import hashlib
from functools import lru_cache

from components.rendering import style_text

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


@lru_cache(maxsize=1)
def landing_policy() -> str:
    """For a page that brings its style sheet along: the same, and that one sheet by its fingerprint."""
    fingerprint = base64.b64encode(hashlib.sha256(style_text().encode()).digest()).decode()
    return POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{fingerprint}'")
