"""The outbox: failed first, passed on by hand, nobody's number on the screen [G4, M5]."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from components import clock, mail, notifications, sessions
from components.kit import Kit
from models.application import Application
from models.history import Event
from models.notification import Message
from models.office import Office
from models.rules.messages import Kind
from models.rules.workflow import Role, State
from tests.support.databases import on_sqlite
from tests.support.outbox import EMAIL, PHONE, messages, reachable, text
from tests.support.service import member_of_staff

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""


async def signed_in(client: httpx.AsyncClient, *roles: Role, village_id: int | None = None) -> int:
    """Let this browser be a new member of staff with these roles; the account's id."""
    actor = await member_of_staff(*roles, village_id=village_id)
    assert actor.staff_id is not None
    client.cookies.clear()
    client.cookies.set(
        "sesi", await sessions.begin_for_staff(actor.staff_id, clock.now()), domain="loket.test"
    )
    return actor.staff_id


async def ready(**means: object) -> tuple[Application, list[Message]]:
    """An application whose card is ready, and the messages that say so."""
    row = await reachable(State.READY, **means)  # type: ignore[arg-type]
    await notifications.tell(Kind.READY, row, clock.now())
    return row, await messages(row)


@pytest.fixture
async def operator(client: httpx.AsyncClient) -> int:
    return await signed_in(client, Role.OPERATOR)


async def test_strangers_and_registrars_see_no_outbox(client: httpx.AsyncClient) -> None:
    """Nobody without the desk's roles, for looking and for acting alike [G1]."""
    _, (_, whatsapp) = await ready()
    for roles in ((), (Role.REGISTRAR,), (Role.ADMIN,)):
        client.cookies.clear()
        if roles:
            await signed_in(client, *roles)
        assert (await client.get("/pesan")).status_code == 403
        for act in ("pembukaan", "pengiriman"):
            assert (await client.post(f"/pesan/{whatsapp.id}/{act}", data={"_kunci": "k"})).status_code == 403
    assert await Message.count().where(Message.opened_at.is_not_null()) == 0


async def test_the_page_names_nobody_and_puts_failures_first(
    client: httpx.AsyncClient, operator: int
) -> None:
    """Recipients masked, failed ones above the rest, what to do beside each [G4]."""
    _, (failed, _) = await ready()
    await Message.update({Message.state: "failed", Message.trouble: "Alamat ditolak (kode 550)."}).where(
        Message.id == failed.id
    )
    await ready(whatsapp=False)
    page = (await client.get("/pesan")).text
    assert page.index('id="gagal"') < page.index('id="disampaikan"') < page.index('id="menunggu"')
    assert "s****@contoh.test" in page
    assert "0857****953" in page
    assert "Alamat ditolak (kode 550)." in page
    for private in (EMAIL, PHONE, PHONE[1:], "0857363", "/t/", "AMINAH"):
        assert private not in page


async def test_one_tap_opens_the_draft_and_the_next_says_sent(
    client: httpx.AsyncClient, operator: int
) -> None:
    """Opened and sent are recorded, with who did it; the draft holds the ready text and only digits [G4]."""
    row, (_, whatsapp) = await ready()
    answer = await client.post(f"/pesan/{whatsapp.id}/pembukaan", data={"_kunci": "a"})
    assert answer.status_code == 303
    draft = urlsplit(answer.headers["location"])
    assert (draft.scheme, draft.netloc, draft.path) == ("https", "wa.me", f"/{PHONE[1:]}")
    assert parse_qs(draft.query) == {"text": [text(whatsapp)]}
    opened = (await messages(row))[1]
    assert opened.state == "waiting"
    assert opened.opened_at is not None
    page = (await client.get("/pesan")).text
    assert "Terkirim?" in page
    assert re.search(r"WA dibuka \w+ \d\d\.\d\d, belum dikirim", page)
    for _ in range(2):
        answer = await client.post(f"/pesan/{whatsapp.id}/pengiriman", data={"_kunci": "b"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/pesan")
    assert (await messages(row))[1].state == "sent"
    lines = await Event.objects().where(Event.act.is_in(["open_message", "message_sent"])).order_by(Event.n)
    assert [(line.act, line.actor) for line in lines] == [
        ("open_message", f"staff:{operator}"),
        ("message_sent", f"staff:{operator}"),
    ]


async def test_the_browser_may_follow_to_whatsapp_from_here_only(
    client: httpx.AsyncClient, operator: int
) -> None:
    """form-action holds for redirects too: without this the button would do nothing."""
    await ready()
    pages = {path: await client.get(path) for path in ("/pesan", "/verifikasi")}
    policies = {path: page.headers["content-security-policy"] for path, page in pages.items()}
    assert "form-action 'self' https://wa.me" in policies["/pesan"]
    assert "form-action 'self';" in policies["/verifikasi"]
    assert policies["/pesan"].count("default-src 'none'") == 1


async def test_whatsapp_is_the_way_out_of_a_failed_mail(client: httpx.AsyncClient, operator: int) -> None:
    """Also for who did not say that the number has WhatsApp: the officer tries [G4]."""
    row, (failed,) = await ready(whatsapp=False)
    await Message.update({Message.state: "failed"}).where(Message.id == failed.id)
    answer = await client.post(f"/pesan/{failed.id}/pembukaan", data={"_kunci": "a"})
    assert answer.headers["location"].startswith(f"https://wa.me/{PHONE[1:]}?text=Kecamatan%20Krian%3A%20")
    await client.post(f"/pesan/{failed.id}/pengiriman", data={"_kunci": "b"})
    assert [message.state for message in await messages(row)] == ["sent"]


async def test_who_has_no_whatsapp_is_called(client: httpx.AsyncClient, operator: int) -> None:
    """The number is shown once the officer asks for it, and that is recorded."""
    _, (call,) = await ready(email="", phone="+62318971010", whatsapp=False)
    page = (await client.get("/pesan")).text
    assert "Lihat nomor" in page
    assert "+62318971010" not in page
    answer = await client.post(f"/pesan/{call.id}/pembukaan", data={"_kunci": "a"})
    assert answer.status_code == 200
    assert 'href="tel:+62318971010"' in answer.text
    assert await Event.count().where(Event.act == "open_message") == 1
    await client.post(f"/pesan/{call.id}/pengiriman", data={"_kunci": "b"})
    assert (await messages())[0].state == "sent"


async def test_a_failed_mail_without_any_number_says_so(client: httpx.AsyncClient, operator: int) -> None:
    _, (failed,) = await ready(phone="", whatsapp=False)
    await Message.update({Message.state: "failed"}).where(Message.id == failed.id)
    assert "Tidak ada nomor HP" in (await client.get("/pesan")).text
    answer = await client.post(f"/pesan/{failed.id}/pembukaan", data={"_kunci": "a"})
    assert answer.status_code == 422
    assert "tidak bisa, disampaikan petugas" in answer.text


async def test_mail_on_its_way_is_no_business_of_hands(client: httpx.AsyncClient, operator: int) -> None:
    """What goes out by itself, is done or was recalled cannot be opened or marked."""
    row, (waiting, recalled) = await ready()
    await Message.update({Message.state: "recalled"}).where(Message.id == recalled.id)
    for message in (waiting, recalled):
        for act in ("pembukaan", "pengiriman"):
            answer = await client.post(f"/pesan/{message.id}/{act}", data={"_kunci": f"{act}{message.id}"})
            assert answer.status_code == 422
    assert [message.state for message in await messages(row)] == ["waiting", "recalled"]


async def test_another_offices_messages_do_not_exist(client: httpx.AsyncClient, operator: int) -> None:
    """Nobody sees another office's data; unknown and foreign look the same [G1]."""
    row, (_, whatsapp) = await ready()
    columns = {"name": "Lain", "short_name": "Lain", "regency": "Lain", "area_code": "351512", "address": "-"}
    other = Office(prefix="LLN", **columns)  # type: ignore[arg-type]
    await other.save()
    await Message.update({Message.office: other.id}).where(Message.id == whatsapp.id)
    assert "0857****953" not in (await client.get("/pesan")).text
    for message_id in (whatsapp.id, whatsapp.id + 1000):
        for act in ("pembukaan", "pengiriman"):
            answer = await client.post(f"/pesan/{message_id}/{act}", data={"_kunci": f"{act}{message_id}"})
            assert answer.status_code == 404
    assert (await messages(row))[1].opened_at is None


async def test_a_supervisor_looks_and_does_not_act(client: httpx.AsyncClient) -> None:
    """Read all, send nothing [M4]."""
    await signed_in(client, Role.SUPERVISOR)
    _, (_, whatsapp) = await ready()
    page = await client.get("/pesan")
    assert page.status_code == 200
    assert "Buka WA" not in page.text
    assert (await client.post(f"/pesan/{whatsapp.id}/pembukaan", data={"_kunci": "a"})).status_code == 403


async def test_without_a_mail_server_the_files_are_listed(client: httpx.AsyncClient, operator: int) -> None:
    """The office sees that mail is written and not sent, and which files there are [G4]."""
    _, (message,) = await ready(whatsapp=False)
    await mail.deliver_due(clock.now() + timedelta(seconds=1))
    page = (await client.get("/pesan")).text
    assert "Server email belum diatur." in page
    assert re.search(rf"\d{{8}}T\d{{6}}-{message.id}\.eml", page)


async def test_an_empty_outbox_is_a_calm_page(service: Kit, client: httpx.AsyncClient, operator: int) -> None:
    page = await client.get("/pesan")
    assert page.status_code == 200
    assert "Tidak ada yang menunggu." in page.text
    assert "Gagal" not in page.text


async def test_a_message_of_the_undone_minute_is_nobodys(client: httpx.AsyncClient, operator: int) -> None:
    """While a decision can be taken back, its message can neither be opened nor marked as sent [P6]."""
    _, (_, whatsapp) = await ready()
    soon = clock.now() + timedelta(seconds=60)
    await Message.update({Message.due_at: soon}).where(Message.id == whatsapp.id)
    for act in ("pembukaan", "pengiriman"):
        assert (await client.post(f"/pesan/{whatsapp.id}/{act}", data={"_kunci": ""})).status_code == 404
    after = await Message.objects().get(Message.id == whatsapp.id)
    assert after is not None
    assert after.opened_at is None
    assert after.state == "waiting"


async def test_messages_are_sent_one_after_the_other(client: httpx.AsyncClient, operator: int) -> None:
    """What has a date comes first; what was put off comes back; a colleague's open draft is left alone [G4]."""
    later, first, second = await reachable(email=""), await reachable(email=""), await reachable(email="")
    await notifications.tell(Kind.RECEIVED, later, clock.now())
    for row in (first, second):
        await notifications.tell(Kind.READY, row, clock.now())

    async def turn(path: str = "/pesan") -> str:
        page = (await client.get(path)).text
        card = re.search(r'<section class="panel" id="giliran".*?</section>', page, re.DOTALL)
        found = card and re.search(r'href="/permohonan/([^"]+)"', card[0])
        return found[1] if found else ""

    async def answer(row: Application, act: str) -> str:
        (message,) = await messages(row)
        reply = await client.post(f"/pesan/{message.id}/{act}", data={"_kunci": f"{act}{message.id}"})
        assert reply.status_code == 303
        return reply.headers["location"]

    assert await turn() == first.number
    await answer(first, "pembukaan")
    assert await turn(await answer(first, "penundaan")) == second.number
    assert (await messages(first))[0].opened_at is None
    await answer(second, "pembukaan")
    await signed_in(client, Role.COUNTER)
    assert await turn() == first.number
    assert await turn(await answer(first, "pengiriman")) == later.number
    assert await turn(await answer(later, "kegagalan")) == ""
    assert [(await messages(row))[0].state for row in (first, second, later)] == ["sent", "waiting", "failed"]
    assert not (await Application.objects().get(Application.id == later.id)).phone_whatsapp  # type: ignore[union-attr]


async def test_the_keys_of_the_messages_are_a_persons_own(client: httpx.AsyncClient, operator: int) -> None:
    """Each presses a button that is there; one may be changed, all switched off (WCAG 2.1.4)."""
    await ready()
    assert 'aria-keyshortcuts="w"' in (await client.get("/pesan")).text
    form = {"nyala": "ya", "buka-wa": "k", "_kunci": "k"}
    assert (await client.post("/pintasan/pesan", data=form)).headers["location"] == "/pesan"
    page = (await client.get("/pesan")).text
    assert 'aria-keyshortcuts="k"' in page
    assert 'aria-keyshortcuts="w"' not in page
