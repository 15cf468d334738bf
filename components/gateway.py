"""WhatsApp by itself, where the office has an HTTP gateway: a POST in the shape of the Cloud API [G4].

Without LOKET_WHATSAPP_URL officers send by hand (components.whatsapp). Each POST carries the message's own
Idempotency-Key, the same on every try: a gateway that knows it sends once, even when our side lost its answer.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from components.delivery import Sender, deliver
from components.kit import kit
from components.notifications import body_of, recipient_of
from components.relay import Never, NotNow
from components.vault import SealBroken
from components.whatsapp import reaches
from models.notification import Message
from models.rules.messages import MessageChannel

if TYPE_CHECKING:
    # Loaded by the first message that a gateway takes: most offices have none.
    import httpx

SECONDS = 15.0
"""For each step of one answer."""

_OURS = frozenset({401, 403, 404, 405})
"""Answers about our settings, not about this number: the next message fares no better."""
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Post:
    """One message, ready to leave. key: the same on every try."""

    key: str
    content: dict[str, Any] = field(repr=False)


class Gateway:
    """The gateway of LOKET_WHATSAPP_URL, over connections kept for the messages of one run."""

    def __init__(self, url: str, client: "httpx.AsyncClient") -> None:
        self._url = url
        self._client = client

    async def send(self, post: Post, /) -> None:
        """Returns when the gateway has taken it. Raises NotNow for 429, 5xx and silence, Never for other 4xx.

        What the gateway wrote may hold numbers: only its code is kept.
        """
        import httpx

        try:
            answer = await self._client.post(
                self._url, json=post.content, headers={"Idempotency-Key": post.key}
            )
        except httpx.TimeoutException:
            raise NotNow("Gerbang WA tidak menjawab pada waktunya.", unreachable=True) from None
        except httpx.ConnectError:
            raise NotNow("Gerbang WA tidak bisa dihubungi.", unreachable=True) from None
        except httpx.HTTPError:
            raise NotNow("Sambungan ke gerbang WA terputus sebelum ada jawaban.") from None
        code = answer.status_code
        if code < 300:
            return
        if code in _OURS:
            raise NotNow(
                f"Gerbang WA menolak kantor ini (kode {code}). Minta admin memeriksa.", unreachable=True
            )
        if code >= 500 or code in _LATER or code < 400:
            raise NotNow(f"Gerbang WA meminta dicoba lagi nanti (kode {code}).")
        raise Never(f"Gerbang WA menolak pesan ini (kode {code}).")


async def deliver_due(now: datetime) -> int:
    """Send the WhatsApp messages that are due; how many went out. None without a gateway: officers send them."""
    settings = kit().settings
    if not settings.whatsapp_url:
        return 0
    import httpx

    headers = {"Authorization": f"Bearer {settings.whatsapp_token}"}
    # Nothing of the environment: a proxy's address or a .netrc must not decide where numbers go.
    async with httpx.AsyncClient(timeout=SECONDS, headers=headers, trust_env=False) as client:
        way = Gateway(settings.whatsapp_url, client)
        return await deliver(
            Sender(MessageChannel.WHATSAPP, way, _written, "Gerbang WA terlalu lambat."), now
        )


async def _written(message: Message) -> Post:
    try:
        number, text = recipient_of(message), body_of(message)
    except SealBroken:
        raise Never("Pesan ini rusak di penyimpanan kami.") from None
    if not reaches(number):
        raise Never("Nomor ini bukan nomor HP.")
    content = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": number.removeprefix("+"),
        "type": "text",
        "text": {"preview_url": False, "body": text},
    }
    return Post(message.message_id.strip("<>").partition("@")[0], content)
