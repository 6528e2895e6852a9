"""What looks like no person's doing, told by the words alone: names, and domains of mailboxes."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from campaign.lib import mail_domains

#: Endings of domains that are on sale everywhere; without .kim and .wang, which are names of many.
_ENDINGS = (
    "com|net|org|info|biz|xyz|top|site|shop|store|online|link|click|app|club|live|vip|academy|"
    "adult|agency|art|asia|autos|baby|bar|beauty|best|bet|bid|bio|blog|blue|boats|bond|boutique|"
    "buzz|cafe|cam|capital|care|cash|casino|center|cfd|chat|church|city|cloud|codes|coffee|"
    "company|cool|credit|cyou|dance|date|dating|deals|dev|digital|direct|download|earth|edu|email|"
    "energy|events|exchange|expert|express|faith|farm|fashion|film|finance|fit|foundation|fun|"
    "fund|fyi|gallery|game|games|garden|gdn|gift|gives|global|gold|gov|group|guide|guru|hair|"
    "health|help|homes|host|hosting|house|icu|ink|institute|international|land|lat|law|legal|life|"
    "lol|loan|loans|love|ltd|makeup|market|marketing|markets|media|men|mobi|mom|money|monster|"
    "motorcycles|mov|movie|network|news|ninja|one|ooo|page|party|photo|photos|pics|pictures|pink|"
    "plus|poker|porn|press|pro|promo|properties|pub|quest|racing|red|rent|rest|review|reviews|"
    "rocks|run|sale|sbs|school|science|services|sex|sexy|show|skin|social|software|solar|"
    "solutions|space|stream|studio|style|support|surf|systems|tax|team|tech|technology|tips|today|"
    "tokyo|tools|tours|trade|trading|training|travel|tube|university|uno|ventures|video|webcam|"
    "website|wiki|win|work|works|world|wtf|xxx|yachts|yoga|zip|zone|"
    r"рф|сайт|онлайн|орг|ком|укр|бел|中国|中國|公司|网络|网址|在线|香港|台湾|台灣|한국|xn--\w+"
)
#: Those of countries. Not any two letters: Wu and Xu are names.
_OF_COUNTRIES = (
    "a[cdefgilmoqrstuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[cegrstu]|"
    "f[ijkmor]|g[adefghilmnpqrstuwy]|h[kmnrtu]|i[delmnoqrst]|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]|"
    "m[acdeghklmnopqrstuvwxyz]|n[acefgilopruz]|om|p[aefghklmnrstwy]|qa|r[eosuw]|"
    "s[abcdeghijklmnorstuvxyz]|t[cdfghjklmnortvwz]|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw]"
)
#: What mail programs may make a link of. A single letter before the dot is an initial: J.Li, A.de
#: Vries. A hyphen goes on with the name: Md.Al-Amin. It looks back no further than it must: names
#: are searched before anybody knows that they are a million signs long.
_ADDRESS = re.compile(
    rf"://|@|\bwww\.|\w\.[^\W\d_]{{2,}}/|"
    rf"[\w-]{{2}}\.(?:(?:{_ENDINGS})\b|(?:{_OF_COUNTRIES})(?![\w-]))",
    re.IGNORECASE,
)
#: More digits than «Charles 3» or «née 1968» has.
_PHONE_DIGITS = 6
#: Second-level endings such as `ac.uk` and `com.au` are this short.
_SHORT = 3
_USUAL = frozenset(mail_domains.COMMON) | mail_domains.LARGE | mail_domains.SPELLINGS.keys()


def is_no_name(name: str) -> bool:
    """Whether it is an address, a link, a phone number, or has no letter of any script."""
    kinds = [unicodedata.category(sign) for sign in name]
    return (
        not any(kind.startswith("L") for kind in kinds)
        or kinds.count("Nd") >= _PHONE_DIGITS
        or has_an_address(name)
    )


def has_an_address(name: str) -> bool:
    """Whether some of it is an address or a link, or would become one in a mail."""
    return _ADDRESS.search(name) is not None


def is_disposable(domain: str) -> bool:
    """Whether anybody gets a mailbox there for some minutes; `domain` in ASCII."""
    return any(parent in _disposable() for parent in parents(domain))


def is_usual(domain: str) -> bool:
    """Whether it is a large provider's, so that many signatures from there mean nothing."""
    return domain in _USUAL


def parents(domain: str) -> list[str]:
    """The domain and those it is in: `a.b.org`, `b.org`."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def family(domain: str) -> str:
    """What one owner has: whoever owns `b.org` makes mailboxes in `a.b.org` and `c.b.org`."""
    labels = domain.split(".")
    is_in_a_short_one = len(labels) > 2 and len(labels[-2]) <= _SHORT
    return ".".join(labels[-3:] if is_in_a_short_one else labels[-2:])


@cache
def _disposable() -> frozenset[str]:
    file = Path(__file__).with_name("disposable_domains.txt")
    return frozenset(file.read_text(encoding="ascii").split())
