"""Many signatures at once, by SQL, with the tallies that the deeds would have left."""

from sqlalchemy import text

from bench import sites
from campaign.lib.db import db, take_time, transaction
from campaign.petitions import counting, queries

#: All have the same spread: a year, 60 countries, 2 languages, 5 sources; nine of ten are
#: confirmed, and the others stand in each of the other states.
_FILL = """
INSERT INTO signature (ref, petition_id, version_id, state, country, language, shows_name,
    wants_updates, has_comment, consent_version, source, signed_at, confirmed_at, mails)
SELECT :slug || n, :petition_id, :version_id,
    CASE n % 40 WHEN 0 THEN 'pending' WHEN 1 THEN 'held' WHEN 2 THEN 'withdrawn'
        WHEN 3 THEN 'voided' ELSE 'confirmed' END,
    'C' || n % 60, CASE n % 2 WHEN 0 THEN 'en' ELSE 'fr' END, false,
    n % 3 = 0, n % 4 = 0, 'bench', 'link ' || n % 5, {moment}, {moment}, 1
FROM ({numbers}) AS numbers
"""
_SQL = {
    "sqlite": {
        "moment": "datetime('2026-01-01', '-' || (n % 365) || ' days') || '.000000'",
        "numbers": "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up "
        "WHERE n < :number) SELECT n FROM up",
        "day": "substr(signed_at, 1, 10)",
    },
    "postgresql": {
        "moment": "timestamptz '2026-01-01 00:00Z' - (n % 365) * interval '1 day'",
        "numbers": "SELECT generate_series(1, :number) AS n",
        "day": "to_char(signed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    },
}
#: What the deeds would have written, those alike in one entry; the real folding comes after it.
NOTE = """
INSERT INTO tally_entry (petition_id, number, expired, state, signed_on, confirmed_on, country,
    language, source, wants_updates, has_comment)
SELECT petition_id, count(*), false, state, {day}, {day}, country, language, source,
    wants_updates, has_comment
FROM signature GROUP BY 1, 4, 5, 6, 7, 8, 9, 10, 11
"""


def fill(kind: str, site: sites.Site, slug: str, number: int) -> None:
    """So many signatures of that petition; their tallies are those of the next `fold`."""
    with site.app.app_context(), transaction():
        petition = queries.by_slug(slug)
        assert petition
        values = {
            "slug": slug,
            "petition_id": petition.id,
            "version_id": petition.version_id,
            "number": number,
        }
        take_time()
        db.session.execute(text(_FILL.format(**_SQL[kind])), values)


def fold(kind: str, site: sites.Site) -> None:
    """The tallies of all that there is; once, on a database that had none."""
    with site.app.app_context():
        with transaction():
            take_time()
            db.session.execute(text(NOTE.format(**_SQL[kind])))
        while counting.is_due():
            with transaction():
                counting.fold()
        with db.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
