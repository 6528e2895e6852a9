"""Whatever is sent, there is a clear answer, nothing is lost, and it is never a 500."""

import re

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from werkzeug.routing import IntegerConverter, Rule

from campaign.lib.clock import utc_now
from campaign.petitions import owner_links, queries
from campaign.petitions.models import Petition
from campaign.petitions.owner_links import Purpose
from campaign.petitions.rules import State
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import PageReader
from tests.staff import StaffReader

SAM = {"email": "sam@example.org", "country": "CA"}


@pytest.fixture
def address(petition: Petition) -> str:
    """Of the sign form."""
    return f"/campaigns/{petition.campaign.slug}/sign"


def name_of_the_signer() -> str:
    (signature,) = factories.signatures()
    data = queries.personal_data(signature)
    assert data is not None
    return data.name


@pytest.mark.parametrize(
    "name",
    [
        "X",
        "倪玉兰",
        "ئايگۈل تۇرسۇن",
        "नोरा शर्मा",
        "Nguyễn Thị Thảo",
        "Jean-Luc O’Néill, dit «Le Grand»",
        "Ωμέγα",
        "می‌خواهم",
        "A" * 200,
        "<script>alert(1)</script>",
        "{{ 7 * 7 }} ${x} %s %(name)s {0}",
        "=cmd|' /C calc'!A0",
        "Robert'); DROP TABLE signature;--",
        "🕊️ Dove",
    ],
)
def test_a_name_of_1_to_200_characters_in_any_script_is_taken_as_it_is(
    reader: PageReader, address: str, name: str
) -> None:
    reader.press(reader.get(address), "Sign the petition", **SAM, name=name)

    assert name_of_the_signer() == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Sam \t Signer \n", "Sam Signer"),
        ("Sam\x00 Sig\x1bner\x7f", "Sam Signer"),
        ("Sam \u202eSigner\u202c", "Sam Signer"),
        ("Sam\u200b\ufeff Signer", "Sam Signer"),
        ("Zoe\u0308", "Zoë"),
        ("Sam\r\nBcc: Xan", "Sam Bcc: Xan"),
    ],
)
def test_what_cannot_be_seen_is_left_out_of_a_name(
    reader: PageReader, address: str, typed: str, kept: str
) -> None:
    reader.press(reader.get(address), "Sign the petition", **SAM, name=typed)

    assert name_of_the_signer() == kept


@on_one_database
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter your name."),
        ("name", " \x00\u200b ", "Enter your name."),
        ("name", "A" * 201, "At most 200 characters, please; this has 201."),
        ("name", "A" * 1_000_000, "At most 200 characters, please; this has 1,000,000."),
        ("name", "https://spam.example/", "Enter a name here, not an address or a link."),
        ("name", "buy at www.spam.example", "Enter a name here, not an address or a link."),
        ("name", "Claim prize evil.com now", "Enter a name here, not an address or a link."),
        ("name", "Visit bit.ly/x2", "Enter a name here, not an address or a link."),
        ("name", "Visit пример.рф/приз", "Enter a name here, not an address or a link."),
        ("name", "Prizes at evil.de", "In a name, put a space after the dot."),
        ("name", "S\ufffdm", "Some characters could not be read."),
        ("email", "", "Enter an email address"),
        ("email", "sam", "Enter an email address"),
        ("email", "sam@example.org\r\nBcc: xan@example.org", "Enter an email address"),
        ("email", "sam@example.org, xan@example.org", "Enter an email address"),
        ("email", "a" * 300 + "@example.org", "at most 254 characters"),
        ("email", "sam@localhost", "Enter an email address"),
        ("email", "sam@192.168.0.1", "Enter an email address"),
        ("country", "", "Choose your country."),
        ("country", "XX", "Choose your country."),
        ("postcode", "1" * 21, "At most 20 characters"),
        ("comment", "b" * 1001, "At most 1,000 characters"),
    ],
)
def test_a_slip_in_one_field_is_told_there_and_the_rest_is_kept(
    reader: PageReader, address: str, field: str, value: str, words: str
) -> None:
    answers = {"name": "Sam", "postcode": "K1N", "comment": "Why not", **SAM, field: value}

    page = reader.press(reader.get(address), "Sign the petition", status=422, **answers)

    assert words in page.one(f"#{field}-error").get_text()
    assert len(page.soup.select(".field-error")) == 1
    for other in {"name", "email", "postcode"} - {field}:
        assert page.value(other) == answers[other]
    assert factories.signatures() == []


@pytest.mark.parametrize(
    "name",
    [
        *("J.R.R. Tolkien", "St. John", "St.John Smith", "Dr.Who", "M.A.", "A. Umeh M.A./B.A."),
        *("Anne-Marie", "Ng/Wong", "Dr.Comfort", "d’Arc-Ní", "倪玉兰", "ئايگۈل", "Ж.-П. Иванов"),
    ],
)
def test_a_name_with_dots_is_a_name(reader: PageReader, address: str, name: str) -> None:
    reader.press(reader.get(address), "Sign the petition", **SAM, name=name)

    assert name_of_the_signer() == name


@pytest.mark.parametrize("sent", [b"S%E4m", b"S%ED%A0%80m", b"S\xe4m"])
def test_bytes_that_are_no_utf_8_are_told_and_not_stored(
    reader: PageReader, address: str, sent: bytes
) -> None:
    token = reader.get(address).value("form_token")
    body = f"form_token={token}&email=sam@example.org&country=CA&name=".encode() + sent

    page = reader.post(
        address, status=422, data=body, content_type="application/x-www-form-urlencoded"
    )

    assert "Some characters could not be read." in page.one("#name-error").get_text()


@pytest.mark.parametrize("multipart", [False, True])
def test_a_link_is_kept_as_it_was_typed_whatever_its_percent_signs_stand_for(
    reader: PageReader, address: str, multipart: bool
) -> None:
    typed = "https://example.org/caf%E9 says it: 100%, caf%C3%A9, %EF%BF%BD."
    token = reader.get(address).value("form_token")
    reader.post(
        address,
        status=200,
        data={**SAM, "name": "Sam", "comment": typed, "form_token": token},
        content_type="multipart/form-data" if multipart else "application/x-www-form-urlencoded",
    )

    (signature,) = factories.signatures()
    data = queries.personal_data(signature)
    assert data is not None
    assert data.comment == typed


@pytest.mark.parametrize("sent", [b"caf%E9", b"caf\xe9"])
def test_bytes_that_are_no_utf_8_in_an_address_are_no_text_that_somebody_typed(
    app: Flask, sent: bytes
) -> None:
    asked = app.request_class({"QUERY_STRING": (b"q=" + sent).decode("latin-1")}).args

    assert asked["q"] == "caf\ufffd"


def test_a_form_far_too_large_is_refused_with_a_page(reader: PageReader, address: str) -> None:
    page = reader.post(address, status=413, data={"name": "A" * 4_000_000})

    assert page.h1 == "That was too long"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_sent_from_another_site_is_refused(
    reader: PageReader, address: str, headers: dict[str, str]
) -> None:
    page = reader.post(address, status=403, data=SAM, headers=headers)

    assert page.h1 == "That was not allowed"


def test_a_form_of_ours_without_a_referrer_is_taken(reader: PageReader, address: str) -> None:
    token = reader.get(address).one('input[name="form_token"]')["value"]
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}

    page = reader.post(
        address, status=200, data={**SAM, "name": "Sam", "form_token": token}, headers=headers
    )

    assert page.h1 == "One more step: check your mail"


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/campaigns/nope",
        "/campaigns/NOPE",
        "/campaigns/%00",
        "/campaigns/%ff%fe",
        "/campaigns/a'%20OR%201=1",
        "/posts/..%2f..%2fetc%2fpasswd",
        "/posts/" + "a" * 3000,
        "/static/x/../../pyproject.toml",
        "/dev/mail/..%2fcampaign",
        "/fr/nope",
        "/en/campaigns/",
        "/my-signature/",
        "/a%20b%3Fc%22%3Cd",
    ],
)
def test_an_address_that_is_none_has_a_page_that_says_so(reader: PageReader, path: str) -> None:
    assert reader.get(path, status=404).h1 in ("There is no such page", "Cette page n’existe pas")


@pytest.mark.parametrize("meant", ["/campaigns/archive", "/fr/campaigns/archive/sign", "/about"])
@pytest.mark.parametrize("around", ["{}/", "{}.", "{})", "{}%20", "{}%C2%BB,", "//{}./"])
def test_what_stood_around_an_address_is_no_part_of_it(
    reader: PageReader, around: str, meant: str
) -> None:
    factories.petition(factories.campaign("archive"))

    page = reader.get(f"{around.format(meant)}?via=poster")

    assert page.address == f"{meant}?via=poster"


def test_an_address_in_capitals_is_the_same(reader: PageReader) -> None:
    factories.petition(factories.campaign("archive"))

    assert reader.get("/Campaigns/Archive").address == "/campaigns/archive"


def test_a_form_is_sent_nowhere_else_than_its_address_says(reader: PageReader) -> None:
    factories.petition(factories.campaign("archive"))

    reader.post("/campaigns/archive/sign/", status=404)


def numbered(rule: Rule, number: int) -> str:
    """The address with that number in it, and with something that fits everywhere else."""
    address = re.sub(r"<int(\([^)]*\))?:\w+>", str(number), rule.rule)
    address = re.sub(r"<any\(['\"]?([\w-]+)[^)]*\):\w+>", r"\1", address)
    return re.sub(r"<[^>]*>", "archive", address)


@pytest.mark.parametrize("number", [2**31 - 1, 2**31, 2**63, 10**40])
def test_no_number_in_an_address_is_too_large_to_be_told_so(app: Flask, number: int) -> None:
    factories.petition(factories.campaign("archive"))
    readers = [StaffReader(app, factories.account(role)) for role in ("moderator", "administrator")]
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if any(isinstance(one, IntegerConverter) for one in rule._converters.values())
    ]

    assert len(rules) > 20
    for rule in rules:
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        for reader in readers:
            answer = reader._open(method, numbered(rule, number))
            assert answer.status_code < 500, rule


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "9" * 5000, "٣", "1e9", "-1", ""])
def test_no_number_after_the_question_mark_is_too_much(app: Flask, number: str) -> None:
    factories.petition(factories.campaign("archive"))
    ada = StaffReader(app, factories.account("administrator"))
    query = dict.fromkeys(("page", "left", "decided", "letters", "maxwidth"), number)
    addresses = [
        re.sub(r"<slug:\w+>", "archive", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not re.search(r"<(?!slug:)", rule.rule)
    ]

    assert len(addresses) > 40
    for address in addresses:
        answer = ada._open("GET", address, query_string={**query, "done": "passed"})
        assert answer.status_code < 500, address


def test_a_language_without_a_slash_is_its_home_page(reader: PageReader) -> None:
    assert reader.get("/fr").soup.html["lang"] == "fr"  # type: ignore[index]


@pytest.mark.parametrize("path", ["/posts/", "/campaigns/"])
@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff",
        "q=" + "x" * 60_000,
        "q=%25_%5C",
        "q='%22%3B--",
        "page=0",
        "page=-1",
        "page=999999999999999999999",
        "page=two",
        "topic=%00&state=nope&kind=nope",
        "q=1&q=2&page=1&page=2",
    ],
)
def test_a_question_that_is_none_finds_something_or_nothing(
    reader: PageReader, path: str, query: str
) -> None:
    reader.get(f"{path}?{query}")


def test_an_address_that_takes_only_posts_says_so_kindly(reader: PageReader, app: Flask) -> None:
    page = reader.post("/", status=405)

    assert page.h1 == "That does not work here"
    assert page.response.headers["Allow"]


def test_an_address_that_takes_only_forms_leads_to_their_page_when_it_is_opened(
    reader: PageReader, petition: Petition
) -> None:
    signature = factories.confirmed(petition, now=utc_now(), shows_name=True)
    own = owner_links.path(Purpose.OWN, signature.ref)

    assert reader.get(f"{own}/hide").address == own
    assert reader.get(f"{own}/withdraw").address == own
    assert signature.state is State.CONFIRMED
    assert signature.shows_name


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    fields=st.dictionaries(
        st.sampled_from(
            ["name", "email", "country", "postcode", "comment", "via", "address_is", "form_token"]
        ),
        st.text(max_size=300),
    )
)
def test_no_mixture_of_answers_breaks_the_form(
    reader: PageReader, address: str, fields: dict[str, str]
) -> None:
    reader.post(address, status=422, data=fields)
