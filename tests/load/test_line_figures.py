"""What `make bench-line` makes of what it sees: a browser's protocol, the counters of the line, the verdicts."""

from typing import Any

from tests.load.line import condensed
from tests.load.line_ledger import Ledger
from tests.load.line_link import Counters, counters_in
from tests.load.line_table import Row, limit_seconds, rows, sent_again

HOME = "https://10.77.0.1:8443"


def asked(ledger: Ledger, key: str, path: str, kind: str = "Document", **more: Any) -> None:
    headers = more.pop("headers", {})
    request = {"url": HOME + path, "method": more.pop("method", "GET"), "headers": headers}
    ledger.events["requestWillBeSent"]({"requestId": key, "type": kind, "request": request, **more})


def answered(ledger: Ledger, key: str, size: int, kind: str = "Document", **more: Any) -> None:
    head = {"status": 200, "encodedDataLength": 90, **more}
    ledger.events["responseReceived"]({"requestId": key, "type": kind, "response": head})
    ledger.events["loadingFinished"]({"requestId": key, "encodedDataLength": size})


def test_a_page_counts_with_its_redirect_and_what_it_brings_but_not_what_was_cached() -> None:
    """[P5] Bytes of a step are all that the person pays for it."""
    ledger = Ledger()
    asked(ledger, "1", "/")
    answered(ledger, "1", 2_000)
    asked(ledger, "2", "/pengajuan", method="POST")
    asked(
        ledger,
        "2",
        "/permohonan/KRN-7K4M2Q/kontak",
        redirectResponse={"status": 303, "encodedDataLength": 300},
    )
    answered(ledger, "2", 1_700)
    asked(ledger, "3", "/static/draft.js", "Script")
    answered(ledger, "3", 500, "Script")
    asked(ledger, "4", "/static/app.css", "Stylesheet")
    ledger.events["requestServedFromCache"]({"requestId": "4"})
    answered(ledger, "4", 4_000, "Stylesheet")
    told = ledger.summary()
    assert told["pages"] == [
        {"path": "/", "bytes": 2_000, "requests": 1},
        {"path": "/permohonan/-/kontak", "bytes": 2_500, "requests": 2},
    ]
    assert told["phases"]["journey"]["bytes"] == 4_500
    assert told["phases"]["journey"]["requests"] == 4


def test_steps_in_place_and_the_worker_are_not_of_the_page_before_them() -> None:
    """[P5] What a worker finds in the cache did not travel; what it loads counts with the journey."""
    ledger = Ledger()
    asked(ledger, "1", "/pengajuan")
    answered(ledger, "1", 1_800)
    ledger.of_worker(HOME + "/luring", "GET", 1_200)
    ledger.of_worker(HOME + "/static/app.css", "GET", 0)
    asked(
        ledger, "2", "/permohonan/KRN-7K4M2Q/kontak", "Fetch", headers={"HX-Request": "true"}, method="POST"
    )
    answered(ledger, "2", 1_400, "Fetch")
    asked(ledger, "3", "/static/upload.js", "Script")
    answered(ledger, "3", 3_500, "Script")
    told = ledger.summary()
    assert told["pages"] == [{"path": "/pengajuan", "bytes": 1_800, "requests": 1}]
    assert (told["phases"]["journey"]["bytes"], told["phases"]["journey"]["requests"]) == (7_900, 4)


def test_a_form_that_comes_back_with_its_faults_is_a_page() -> None:
    """[P5] The script writes it in place of the page; a form that leads on is answered by an address alone."""
    ledger = Ledger()
    sent = {"HX-Request": "true", "HX-Target": "body"}
    asked(ledger, "1", "/permohonan/KRN-7K4M2Q/identitas", "Fetch", headers=sent, method="POST")
    answered(ledger, "1", 2_400, "Fetch", status=422)
    asked(ledger, "2", "/permohonan/KRN-7K4M2Q/identitas", "Fetch", headers=sent, method="POST")
    answered(ledger, "2", 300, "Fetch", status=204)
    told = ledger.summary()
    assert [(page["path"], page["bytes"]) for page in told["pages"]] == [("/permohonan/-/identitas", 2_400)]
    assert [fragment["bytes"] for fragment in told["fragments"]] == [300]


def test_what_broke_off_counts_as_far_as_it_came() -> None:
    ledger = Ledger()
    asked(ledger, "1", "/")
    ledger.events["responseReceived"](
        {"requestId": "1", "type": "Document", "response": {"status": 200, "encodedDataLength": 90}}
    )
    ledger.events["dataReceived"]({"requestId": "1", "encodedDataLength": 1_000})
    assert ledger.summary()["phases"]["journey"]["bytes"] == 1_090


def test_uploads_are_counted_apart_and_give_no_address_away() -> None:
    """[P5] Phases, fragments, what was announced; addresses without number or ticket."""
    ledger = Ledger()
    ledger.phase = "documents"
    asked(ledger, "1", "/unggah", "Fetch", method="POST", headers={"Upload-Length": "400000"})
    answered(ledger, "1", 120, "Fetch")
    # The two events of a request come in any order.
    ledger.events["requestWillBeSentExtraInfo"]({"requestId": "2", "headers": {"Content-Length": "65536"}})
    asked(ledger, "2", "/unggah/0123abcd", "Fetch", method="PATCH", headers={"Upload-Offset": "0"})
    answered(ledger, "2", 100, "Fetch")
    ledger.phase = "journey"
    asked(ledger, "3", "/permohonan/KRN-7K4M2Q/kontak", "Fetch", headers={"HX-Request": "true"})
    answered(ledger, "3", 800, "Fetch")
    asked(ledger, "4", "/permohonan/KRN-7K4M2Q/lembar/1", "Image")
    answered(ledger, "4", 5_000, "Image")
    told = ledger.summary()
    assert (ledger.announced, ledger.pieces) == (400_000, 1)
    assert told["phases"]["documents"] == {
        "bytes": 5_220,
        "requests": 3,
        "sent": 65_536,
        "by_kind": {"Fetch": 220, "Image": 5_000},
    }
    assert told["fragments"] == [
        {"path": "/permohonan/-/kontak", "method": "GET", "bytes": 800, "status": 200}
    ]
    paths = ["/unggah", "/unggah/-", "/permohonan/-/kontak", "/permohonan/-/lembar/1"]
    assert [load["path"] for load in told["loads"]] == paths


def test_both_lines_tell_their_bytes() -> None:
    packets = {"down": {"bytes_out": 50}, "up": {"bytes_in": 30, "bytes_out": 20}}
    streams = {"link_up": True, "down": {"bytes": 40, "wire_bytes": 50}, "up": {"bytes": 9, "wire_bytes": 20}}
    assert counters_in(packets) == Counters(50, 20, 30)
    assert counters_in(streams) == Counters(50, 20, 20)
    assert counters_in({"link_up": True, "down": {}, "up": {}}) == Counters(0, 0, 0)


def test_needed_to_paint_is_the_page_and_what_it_waits_for() -> None:
    """Of several visits the median; a figure that a page does not have is left out."""
    listed = [("Document", "/", 2_000), ("Stylesheet", "/app.css", 4_000), ("Script", "/htmx.js", 12_000)]
    seen = {
        "act": ["/app.css"], "by_type": {}, "bytes_total": 18_000, "usable_ms": None,
        "request_list": [{"type": kind, "url": url, "bytes": size} for kind, url, size in listed],
    }  # fmt: skip
    told = condensed([{**seen, "fcp_ms": fcp} for fcp in (900, 100, 300)])
    assert told["needed_bytes"] == 6_000
    assert told["fcp_ms"] == 300
    assert "usable_ms" not in told


def test_verdicts() -> None:
    assert Row("a", 22_000, "B", 22_000).verdict == "ok"
    assert Row("a", 22_001, "B", 22_000).verdict == "OVER"
    assert Row("a", None, "B", 22_000).verdict == "not measured"
    assert Row("a", 5, "B").verdict == ""
    assert Row("a", 0, "", 0).verdict == "ok"


def test_times_are_judged_against_the_floor_and_the_line() -> None:
    """100 kbit/s carry 12,500 bytes a second; without a floor nothing is judged."""
    home = {"bytes_total": 20_000, "requests": 5, "needed_bytes": 6_000, "by_kind": {}, "fcp_ms": 2_400.0}
    found = {"profile": "edge", "visits": {"loket": home, "floor": {"fcp_ms": 1_600.0}}}
    judged = {row.what: row for row in rows(found)}
    assert judged["home, first contentful paint, to the floor's"].measured == 1.5
    assert judged["home, first contentful paint, to the floor's"].verdict == "OVER"
    assert judged["home, usable, to the floor's"].verdict == "not measured"
    assert limit_seconds(125_000, "edge") == 10


def test_sent_again_is_what_the_office_got_beyond_the_undisturbed_run() -> None:
    def run(up: int, cuts: list[tuple[float, float]]) -> dict[str, Any]:
        return {"photos": {"line": {"up": up}, "cuts": cuts}}

    assert sent_again(run(500_000, []), run(600_000, [(1.0, 4.0), (9.0, 4.0)])) == 50_000
    assert sent_again(run(500_000, []), run(490_000, [(1.0, 4.0)])) == 0
    assert sent_again(run(500_000, []), run(500_000, [])) is None
    assert sent_again(None, run(1, [(1.0, 4.0)])) is None


def test_a_registrar_s_intake_is_held_to_the_citizen_s_budgets() -> None:
    """[P12] The village's rows stand by themselves, with nothing of a citizen's visit beside them."""
    page = {"path": "/permohonan/-/kontak", "bytes": 6_000, "requests": 1}
    phases = {name: {"bytes": 70_000, "requests": 19} for name in ("journey", "documents")}
    told = {"phases": phases, "pages": [page, page], "fragments": [], "confirmation": {"seconds": 99.5}}
    verdicts = {row.what: row.verdict for row in rows({"profile": "edge", "visits": {}, "village": told})}
    assert all(what.startswith("village, ") for what in verdicts)
    assert verdicts["village, heaviest further page"] == "OVER"
    assert verdicts["village, journey without photos, requests"] == "ok"
