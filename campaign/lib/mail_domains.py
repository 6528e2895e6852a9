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

#: Other domains of which many people have a mailbox, so that many signatures from one mean nothing.
LARGE = frozenset(
    {
        # in many countries
        *(
            "mail.com",
            "email.com",
            "ymail.com",
            "rocketmail.com",
            "yahoo.de",
            "yahoo.es",
            "yahoo.it",
        ),
        *("yahoo.co.jp", "yahoo.co.in", "yahoo.in", "yahoo.com.br", "yahoo.com.au", "yahoo.com.tw"),
        *("hotmail.de", "hotmail.es", "hotmail.it", "hotmail.ca", "hotmail.be", "outlook.de"),
        *(
            "outlook.es",
            "outlook.it",
            "live.co.uk",
            "live.de",
            "live.nl",
            "gmx.at",
            "gmx.ch",
            "gmx.fr",
        ),
        *(
            "pm.me",
            "protonmail.ch",
            "mac.com",
            "fastmail.com",
            "fastmail.fm",
            "hey.com",
            "zoho.com",
        ),
        *("tutanota.com", "tuta.io", "tuta.com", "tutamail.com", "posteo.de", "posteo.net"),
        *(
            "mailbox.org",
            "riseup.net",
            "disroot.org",
            "hushmail.com",
            "startmail.com",
            "mailfence.com",
        ),
        # forwarding to a mailbox of one's own
        *("duck.com", "mozmail.com", "simplelogin.com", "aleeas.com", "addy.io", "anonaddy.me"),
        *("privaterelay.appleid.com", "passmail.net", "passinbox.com"),
        # in one country or language
        *("freenet.de", "arcor.de", "online.de", "1und1.de", "bluewin.ch", "hispeed.ch", "aon.at"),
        *(
            "bbox.fr",
            "numericable.fr",
            "neuf.fr",
            "telenet.be",
            "skynet.be",
            "ziggo.nl",
            "kpnmail.nl",
        ),
        *(
            "libero.it",
            "virgilio.it",
            "alice.it",
            "tin.it",
            "tiscali.it",
            "telefonica.net",
            "sapo.pt",
        ),
        *(
            "wp.pl",
            "onet.pl",
            "o2.pl",
            "interia.pl",
            "seznam.cz",
            "centrum.cz",
            "azet.sk",
            "abv.bg",
        ),
        *("telia.com", "online.no", "mail.dk", "luukku.com", "inbox.lv", "freemail.hu", "ukr.net"),
        *("i.ua", "bk.ru", "list.ru", "inbox.ru", "yandex.com", "ya.ru", "rambler.ru", "mail.kz"),
        *(
            "sky.com",
            "talktalk.net",
            "virginmedia.com",
            "ntlworld.com",
            "eircom.net",
            "bigpond.com",
        ),
        *(
            "optusnet.com.au",
            "xtra.co.nz",
            "comcast.net",
            "verizon.net",
            "att.net",
            "sbcglobal.net",
        ),
        *("bellsouth.net", "cox.net", "charter.net", "earthlink.net", "telus.net", "cogeco.ca"),
        *("uol.com.br", "bol.com.br", "terra.com.br", "rediffmail.com", "naver.com", "hanmail.net"),
        *("daum.net", "nate.com", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "sina.cn"),
        *(
            "sohu.com",
            "139.com",
            "yeah.net",
            "aliyun.com",
            "pchome.com.tw",
            "hinet.net",
            "walla.co.il",
        ),
        # nobody has a mailbox there (RFC 2606), so nothing of it is ever confirmed
        *("example.org", "example.com", "example.net"),
    }
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
