"""Sizes and limits of what is shown elsewhere, and what a card is."""

from dataclasses import dataclass

#: Width and height in pixels of a picture for sharing: what networks cut nothing off.
PICTURE_SIZE = (1200, 630)
#: Width and height in pixels of an embedded campaign, where nobody asks for another size.
EMBED_SIZE = (480, 320)
#: In less, its words would stand one below the other.
LEAST_EMBED = (220, 200)
#: Campaigns or posts in one file of the sitemap. Each is listed in every language, and a file has
#: at most 50,000 addresses (sitemaps.org).
IN_A_SITEMAP = 1000


@dataclass(frozen=True, kw_only=True)
class Card:
    """The words of a picture for sharing."""

    #: The path of the page it is about.
    about: str
    language: str
    title: str
    text: str
    #: What the site calls itself.
    site: str
