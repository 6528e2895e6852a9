"""What stands in each row of a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from campaign.exports.rules import SEALED, Column
from campaign.lib.vault import vault

#: What a row's envelope holds, once it was erased or anonymised.
_NOTHING: dict[str, str] = {}


def cells(columns: Sequence[Column], rows: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    """A page of rows as queries.pages gives them, as the rows of the file.

    Column by column: a loop over a million rows that asks at each cell what it is takes longer.
    """
    _, envelopes, *texts = zip(*rows, strict=True)
    open_ = vault().open
    is_sealed = not SEALED.isdisjoint(columns)
    opened = [open_(one) if one else _NOTHING for one in envelopes] if is_sealed else []
    given = iter(texts)
    return zip(
        *(
            [data.get(column) or "" for data in opened] if column in SEALED else next(given)
            for column in columns
        ),
        strict=True,
    )
