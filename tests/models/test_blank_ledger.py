"""The ledger of blanks begins with what was known before it, and its balance equals the rows [M2]."""

import shutil
from pathlib import Path

from piccolo.query.functions import Sum

from models import db
from models.card_stock import Blank, StockEntry
from tests.support.databases import Databases, Kind

LEDGER = "m0010_the_blank_ledger.py"
BEFORE = """
INSERT INTO office (prefix, name, short_name, regency, area_code, address)
VALUES ('KRN', 'Kecamatan Krian', 'Krian', 'Sidoarjo', '351511', 'Krian');
INSERT INTO application (number, office, channel, service, state, pin_hash, pin_sealed, link_hash, link_sealed,
    created_at, touched_at)
VALUES ('KRN-AAAAAA', 1, 'online', 'biometric', 'printed', '', '', '', '',
    '2026-11-23 02:00:00+00:00', '2026-11-23 02:00:00+00:00');
INSERT INTO blank (office, serial, state, application, received_at, delivery_note, used_at, spoiled_at, spoiled_reason)
VALUES
(1, 'AB-0001', 'spoiled', 1, '2026-11-23 02:00:00+00:00', 'SJ 7', '2026-11-23 03:00:00+00:00',
    '2026-11-23 04:00:00+00:00', 'luntur'),
(1, 'AB-0002', 'used', 1, '2026-11-23 02:00:00+00:00', 'SJ 7', '2026-11-23 05:00:00+00:00', NULL, ''),
(1, 'AB-0003', 'in_stock', NULL, '2026-11-23 02:00:00+00:00', 'SJ 7', NULL, NULL, ''),
(1, 'AB-0004', 'in_stock', NULL, '2026-11-23 02:00:00+00:00', 'SJ 7', NULL, NULL, '')
"""


async def test_what_was_known_becomes_the_first_lines(
    databases: Databases, kind: Kind, tmp_path: Path
) -> None:
    """Received, used, spoiled, in this order, on both databases; new blanks go on from the last row [M2, S1]."""
    earlier = tmp_path / "earlier"
    shutil.copytree(db.MIGRATIONS, earlier, ignore=shutil.ignore_patterns(LEDGER, "__pycache__"))
    async with databases.fresh(kind, migrated=False):
        await db.migrate(earlier)
        for statement in BEFORE.split(";"):
            await db.run_sql(statement)
        await db.migrate()
        lines = await StockEntry.objects().order_by(StockEntry.id)
        assert [(line.kind, line.change, line.first_serial, line.last_serial) for line in lines] == [
            ("received", 4, "AB-0001", "AB-0004"),
            ("used", -1, "AB-0001", "AB-0001"),
            ("used", -1, "AB-0002", "AB-0002"),
            ("spoiled", 0, "AB-0001", "AB-0001"),
        ]
        total = await StockEntry.select(Sum(StockEntry.change)).first()
        assert total is not None
        assert total["sum"] == await Blank.count().where(Blank.state == "in_stock") == 2
        row = Blank(office=1, serial="AB-0005", received_at=lines[0].entered_at)
        await row.save()
        assert row.id == 5
