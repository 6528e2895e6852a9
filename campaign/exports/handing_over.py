"""Hands a file over piece by piece, while it is written down how far it has come."""

from collections.abc import Iterator

import structlog

from campaign.exports import queries, services
from campaign.exports.models import Export
from campaign.exports.rules import TOLD_EVERY, Kind
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.refusals import Busy

log = structlog.get_logger()


class TakenAway(Exception):
    """Whoever takes the file was disabled, or left the team, while it was sent."""


def pieces(export: Export, kind: Kind) -> Iterator[bytes]:
    """The file of an export that was taken. Opens its own small transactions on the way.

    A fault is logged and raised, so that the file is cut on its way and taken for a whole one by
    nobody; whoever goes away leaves an export that was broken off. A slow reader makes a file last
    for hours: it is cut as well once they may not take it any more.
    """
    told = _Told(export)
    is_whole = False
    try:
        yield from services.pieces(export, kind, told.tell)
        is_whole = True
    except Exception:
        log.exception("export broken off", export=told.ref)
        raise
    finally:
        with transaction():
            if is_whole:
                services.finish(export, rows=told.rows)
            else:
                services.break_off(export, written=told.rows)


class _Told:
    """How many rows were handed over, written down now and then."""

    def __init__(self, export: Export) -> None:
        self.rows = 0
        self.ref = export.ref
        self._export = export
        self._at = export.taken_at

    def tell(self, rows: int) -> None:
        self.rows = rows
        now = utc_now()
        if now - self._at < TOLD_EVERY:
            return
        self._at = now
        try:
            with transaction():
                services.note_progress(self._export, written=rows, now=now)
        except Busy:
            log.info("export grows untold", export=self.ref)
        if not queries.may_take(self._export):
            raise TakenAway
