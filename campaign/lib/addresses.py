"""E-mail addresses: is this one, whose mailbox is it, was it mistyped.

The only caller of email-validator.
"""

import unicodedata
from functools import lru_cache

import idna
from email_validator import EmailNotValidError, validate_email

from campaign.lib import mail_domains

#: The longest address that SMTP can carry (RFC 5321, section 4.5.3.1.3, less the angle brackets).
MAX_LENGTH = 254


class NoAddress(ValueError):
    """The text is not an e-mail address that could receive mail."""


def normalise(text: str) -> str:
    """The address as typed, trimmed and in the form mail servers expect; no DNS is asked.

    Raises NoAddress.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError as trouble:
        raise NoAddress from trouble
    address = str(found.normalized)
    if is_encoded(address):
        raise NoAddress
    return address


def is_encoded(address: str) -> bool:
    """Whether mail programs may read another address in it: RFC 2047 writes words as `=?…?=`.

    `=?utf-8?q?bob?=@example.org` is a mailbox of its own to us, and Python would mail to Bob.
    """
    return "=?" in address


def canonical(address: str) -> str:
    """One spelling for all addresses that reach the same mailbox. For comparing only.

    Mail goes to the address as typed.
    """
    local, _, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    domain = ascii_domain(domain)
    spelling = mail_domains.SPELLINGS.get(domain, mail_domains.DEFAULT)
    local = local.casefold()
    if spelling.extension and not local.startswith(spelling.extension):
        local = local.split(spelling.extension, 1)[0]
    if spelling.ignores_dots:
        local = local.replace(".", "")
    return f"{local}@{spelling.alias_of or domain}"


def suggestion(address: str) -> str | None:
    """The address that was probably meant, when the domain is one slip away from a common one.

    Else None.
    """
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in mail_domains.COMMON or domain in mail_domains.NO_SLIP:
        return None
    for common in mail_domains.COMMON:
        if len(common) > 6 and _one_slip(domain, common):
            return f"{local}@{common}"
    return None


def for_smtp(address: str) -> str:
    """The address with its domain in ASCII, as every mail server takes it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


@lru_cache(maxsize=1000)  # one signature asks several times
def ascii_domain(domain: str) -> str:
    """The domain as DNS and mail servers know it (IDNA 2008)."""
    if domain.isascii():  # to nearly all of them, the tables of IDNA would do nothing else
        return domain.lower()
    try:
        return idna.encode(domain.lower(), uts46=True).decode("ascii")
    except UnicodeError:
        return domain.lower()


def domain_of(address: str) -> str:
    """The domain of an address, in that form."""
    return ascii_domain(address.rpartition("@")[2])


def masked(address: str) -> str:
    """Enough for the owner to see a mistake, little for a stranger: `s•••@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _one_slip(typed: str, meant: str) -> bool:
    """One letter missing, added, changed, or two neighbours swapped (Damerau distance 1)."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    a, b = typed[start:], meant[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[2:] == b[2:] and a[:2] == b[1::-1])
