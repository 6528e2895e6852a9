"""What we know of mail domains, kept as data.

Which spellings reach one mailbox, which domains are often mistyped.
"""

from typing import NamedTuple


class Spelling(NamedTuple):
    """How one domain reads the part before the @."""

    ignores_dots: bool = False
    #: What starts an extension that the domain drops (`sam+news` → `sam`); None where it keeps all.
    extension: str | None = "+"
    #: The domain under which these mailboxes are known.
    alias_of: str | None = None


#: Domains that differ from DEFAULT. Sources: the providers' own help pages.
SPELLINGS = {
    "gmail.com": Spelling(ignores_dots=True),
    "googlemail.com": Spelling(ignores_dots=True, alias_of="gmail.com"),
    "proton.me": Spelling(ignores_dots=True),
    "protonmail.com": Spelling(ignores_dots=True, alias_of="proton.me"),
    "protonmail.ch": Spelling(ignores_dots=True, alias_of="proton.me"),
    "pm.me": Spelling(ignores_dots=True, alias_of="proton.me"),
    "yahoo.com": Spelling(extension="-"),
    "yahoo.fr": Spelling(extension="-"),
    "yahoo.co.uk": Spelling(extension="-"),
    "yahoo.ca": Spelling(extension="-"),
    "me.com": Spelling(alias_of="icloud.com"),
    "mac.com": Spelling(alias_of="icloud.com"),
}
DEFAULT = Spelling()

#: Domains that many people have; a typed domain one slip away from one of them is probably that
#: one.
COMMON = (
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "outlook.com",
    "outlook.fr",
    "live.com",
    "live.ca",
    "live.fr",
    "msn.com",
    "yahoo.com",
    "yahoo.ca",
    "yahoo.co.uk",
    "yahoo.fr",
    "icloud.com",
    "me.com",
    "aol.com",
    "proton.me",
    "protonmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "orange.fr",
    "free.fr",
    "wanadoo.fr",
    "laposte.net",
    "sfr.fr",
    "btinternet.com",
    "sympatico.ca",
    "rogers.com",
    "shaw.ca",
    "videotron.ca",
    "bell.net",
    "qq.com",
    "163.com",
    "126.com",
    "sina.com",
    "foxmail.com",
    "mail.ru",
    "yandex.ru",
)

#: Real domains that look like a slip of a common one and are none.
NO_SLIP = frozenset(
    {
        "mail.com",
        "email.com",
        "ymail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.fr",
        "live.co.uk",
        "live.de",
    }
)
