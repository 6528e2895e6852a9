"""The reader sees what is wrong with a page."""

import pytest
from flask import Flask

from tests.page_reader import PageReader

PAGE = """<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<title>Fine – Campaign</title>
<meta name="description" content="A page.">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<h1 id="top">Fine</h1>
<h2>More</h2>
<a href="#top">Up</a> <a href="/">Home</a>
<img src="/image.png" alt="">
<form action="/send" method="post">
<input type="hidden" name="form_token" value="x">
<label for="name">Name</label> <input id="name" name="name" aria-describedby="top">
<button>Send</button>
</form>
</body>
</html>
"""
#: What is there, what stands in its place, and what the reader says.
SLIPS = [
    ('<h1 id="top">', "<h1", "Unexpected character"),
    ("<h1", "<h1>Fine</h1><h1", "2 first headings"),
    ("<title>Fine", "<title>Other", "is not of"),
    ('content="A page."', 'content=""', "not described"),
    ("<h2>More</h2>", "<h2>More</h3>", "end tag"),
    ("<h2>More</h2>", "<h3>More</h3>", "heading levels jump"),
    ('lang="en"', 'lang="tlh"', "speaks tlh"),
    ('dir="ltr"', 'dir="up"', "up"),
    ('id="name"', 'id="top"', "double ids"),
    ('aria-describedby="top"', 'aria-describedby="bottom"', "names bottom"),
    ('href="#top"', 'href="#bottom"', "leads nowhere"),
    ('href="/"', 'href="/nowhere"', "leads nowhere"),
    ('action="/send"', 'action="/nowhere"', "leads nowhere"),
    ('action="/send"', "", "without an action"),
    ('for="name"', 'for="top"', "has no label"),
    ('name="name"', 'name="name" placeholder="Name"', "placeholder"),
    ('name="form_token"', 'name="token"', "without a token"),
    ("Send</button>", "</button>", "without words"),
    ("<h2>", '<h2 style="color: red">', "inline"),
    ("<h2>", '<h2 onclick="go()">', "inline"),
    ("</head>", "<style></style></head>", "an inline style"),
    ("</head>", "<script></script></head>", "an inline script"),
    ('src="/image.png"', 'src="https://elsewhere.test/image.png"', "from elsewhere"),
    ('href="/style.css"', 'href="https://elsewhere.test/style.css"', "from elsewhere"),
    (' alt=""', "", "without words"),
]


def reader_of(page: str) -> PageReader:
    app = Flask(__name__)
    app.add_url_rule("/", "page", lambda: page)
    app.add_url_rule("/send", "send", lambda: "", methods=["POST"])
    return PageReader(app)


def test_it_finds_nothing_wrong_with_a_fine_page(app: Flask) -> None:
    assert reader_of(PAGE).get("/").h1 == "Fine"


@pytest.mark.parametrize(("right", "wrong", "says"), SLIPS)
def test_it_finds_each_slip(app: Flask, right: str, wrong: str, says: str) -> None:
    assert right in PAGE

    with pytest.raises(Exception, match=says):
        reader_of(PAGE.replace(right, wrong, 1)).get("/")


def test_other_words_hide_no_dead_link(app: Flask) -> None:
    reader_of(PAGE).get("/")

    with pytest.raises(AssertionError, match="leads nowhere"):
        reader_of(PAGE.replace('href="/"', 'href="/other"')).get("/")
