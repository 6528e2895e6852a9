"""The links in our mails: whoever holds one is taken for the owner of the signature."""

from datetime import timedelta
from enum import StrEnum

from campaign.lib import tokens
from campaign.petitions import queries, rules
from campaign.petitions.models import Signature


class Purpose(StrEnum):
    """What a link is good for; also the first part of its address."""

    CONFIRM = "confirm"
    OWN = "my-signature"
    UNSUBSCRIBE = "unsubscribe"


_LIFETIMES: dict[Purpose, timedelta] = {
    Purpose.CONFIRM: rules.CONFIRM_LINK_LIFETIME,
    Purpose.OWN: rules.OWNER_LINK_LIFETIME,
    Purpose.UNSUBSCRIBE: rules.OWNER_LINK_LIFETIME,
}


class LinkUnknown(Exception):
    """The link is broken or forged, or its signature is gone."""


class LinkExpired(Exception):
    """The link was good once; its owner may have a fresh one by mail."""

    def __init__(self, purpose: Purpose, token: str, ref: str) -> None:
        super().__init__()
        self.purpose = purpose
        self.token = token
        #: Whose link it was; good for nothing but mailing a fresh one.
        self.ref = ref


def path(purpose: Purpose, ref: str) -> str:
    """The address on this site for the signature with that reference; a sample has nobody's."""
    return f"/{purpose}/{tokens.issue(purpose, ref)}"


def signature_of(purpose: Purpose, token: str) -> Signature:
    """Whose link this is. Raises LinkExpired, LinkUnknown."""
    try:
        return _found(tokens.read(purpose, token, lifetime=_LIFETIMES[purpose]))
    except tokens.Unknown as trouble:
        raise LinkUnknown from trouble
    except tokens.Expired as trouble:
        raise LinkExpired(purpose, token, trouble.payload) from trouble


def signature_of_expired(purpose: Purpose, token: str) -> Signature:
    """Whose link this was; only for mailing a fresh one. Raises LinkUnknown."""
    try:
        return signature_of(purpose, token)
    except LinkExpired as expired:
        return _found(expired.ref)


def _found(ref: str) -> Signature:
    signature = queries.by_ref(ref)
    if signature is None:
        raise LinkUnknown
    return signature
