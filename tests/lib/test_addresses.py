"""Whose mailbox an address is, and whether it was mistyped."""

import pytest
from hypothesis import given, strategies as st

from campaign.lib import addresses, mail_domains

SAME = [
    ("Sam@Example.org", "sam@example.org"),
    ("sam+news@example.org", "sam@example.org"),
    ("s.a.m@gmail.com", "sam@gmail.com"),
    ("S.am+x@GoogleMail.com", "sam@gmail.com"),
    ("sam@protonmail.com", "sam@proton.me"),
    ("sam@pm.me", "sam@proton.me"),
    ("sam-news@yahoo.com", "sam@yahoo.com"),
    ("sam@me.com", "sam@icloud.com"),
    ("sam@bücher.example", "sam@xn--bcher-kva.example"),
    ("SAM@BÜCHER.example", "sam@bücher.example"),
    ("Zoe\u0308@example.org", "zoë@example.org"),
    (" sam@example.org ", "sam@example.org"),
]
DIFFERENT = [
    ("sam@example.org", "sam@example.com"),
    ("s.am@example.org", "sam@example.org"),
    ("sam-news@example.org", "sam@example.org"),
    ("sam@straße.example", "sam@strasse.example"),
    ("sam@yahoo.com", "sam@yahoo.fr"),
    ("samuel@gmail.com", "sam@gmail.com"),
    ("+sam@example.org", "+lena@example.org"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_mailbox_has_one_canonical_address(one: str, other: str) -> None:
    assert addresses.canonical(one) == addresses.canonical(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_mailboxes_are_never_taken_for_one(one: str, other: str) -> None:
    assert addresses.canonical(one) != addresses.canonical(other)


local = st.from_regex(r"[a-z0-9]+([._+-][a-z0-9]+)*", fullmatch=True)


@given(local=local, domain=st.sampled_from([*mail_domains.SPELLINGS, "example.org"]))
def test_folding_twice_changes_nothing(local: str, domain: str) -> None:
    once = addresses.canonical(f"{local}@{domain}")

    assert addresses.canonical(once) == once
    assert addresses.canonical(f"{local.upper()}@{domain}") == once


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sam@gmial.com", "sam@gmail.com"),
        ("sam@gmai.com", "sam@gmail.com"),
        ("sam@gmaill.com", "sam@gmail.com"),
        ("sam@hotnail.com", "sam@hotmail.com"),
        ("sam@outlok.com", "sam@outlook.com"),
        ("sam@yaho.fr", "sam@yahoo.fr"),
        ("sam@laposte.nt", "sam@laposte.net"),
        ("sam@GMIAL.com", "sam@gmail.com"),
    ],
)
def test_one_slip_in_a_common_domain_is_seen(typed: str, meant: str) -> None:
    assert addresses.suggestion(typed) == meant


@pytest.mark.parametrize(
    "address",
    [
        "sam@example.org",
        "sam@gmail.com",
        "sam@mail.com",
        "sam@ymail.com",
        "sam@gmx.at",
        "sam@live.de",
        "sam@amnesty.org",
        "sam@qq.com",
        "sam@aq.com",
    ],
)
def test_an_address_that_is_probably_right_raises_no_question(address: str) -> None:
    assert addresses.suggestion(address) is None


def test_no_common_domain_is_taken_for_another() -> None:
    for domain in mail_domains.COMMON:
        assert addresses.suggestion(f"sam@{domain}") is None


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?sam?=@example.org",
        "=?us-ascii?Q?s=61m?=@example.org",
        "x=?utf-8?b?c2Ft?=@example.org",
        "=?utf-8?q?victim=40gmail.com?=@example.org",
        "=?utf-8?q??=@example.org",
    ],
)
def test_no_address_may_be_read_as_another(address: str) -> None:
    with pytest.raises(addresses.NoAddress):
        addresses.normalise(address)


def test_a_masked_address_shows_little() -> None:
    assert addresses.masked("sam.signer@example.org") == "s•••@example.org"
