"""The house itself: who may import whom, what every room has, what must not vanish."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check

import campaign
from campaign.config import ROOT

ROOMS = sorted(file.parent.name for file in (ROOT / "campaign").glob("*/__init__.py"))
MODULES = sorted((ROOT / "campaign").rglob("*.py"))

#: The addresses people and other sites have; none may go without a redirect.
ADDRESSES = {
    "/",
    "/about",
    "/campaigns.json",
    "/campaigns/",
    "/campaigns/<slug:slug>.json",
    "/campaigns/<slug:slug>",
    "/campaigns/<slug:slug>/check-your-mail",
    "/campaigns/<slug:slug>/count.json",
    "/campaigns/<slug:slug>/evening",
    "/campaigns/<slug:slug>/evening/<token:token>",
    "/campaigns/<slug:slug>/posted",
    "/campaigns/<slug:slug>/qr.svg",
    "/campaigns/<slug:slug>/share.png",
    "/campaigns/<slug:slug>/sign",
    "/campaigns/<slug:slug>/signed",
    "/campaigns/<slug:slug>/write",
    "/confirm/<token:token>",
    "/confirm/<token:token>/again",
    "/dev/mail/",
    "/dev/mail/<name>",
    "/embed/<slug:slug>",
    "/favicon.ico",
    "/health/live",
    "/health/ready",
    "/images/<slug:name>-<int(max=9999):width>.webp",
    "/metrics",
    "/my-signature/<token:token>",
    "/my-signature/<token:token>/again",
    "/my-signature/<token:token>/data.json",
    "/oembed",
    "/posts/",
    "/posts/<slug:slug>",
    "/posts/<slug:slug>/share.png",
    "/posts/feed.atom",
    "/privacy",
    "/robots.txt",
    "/share.png",
    "/site.webmanifest",
    "/sitemap.xml",
    "/unsubscribe/<token:token>",
}


def test_imports_go_only_down() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout


def test_nothing_imports_create_app_back() -> None:
    importers = [
        module.name
        for module in MODULES
        if re.search(r"^from campaign import .*create_app", module.read_text(), re.MULTILINE)
    ]

    assert importers == ["__main__.py"]


def test_a_start_reads_no_library_that_the_first_page_does_not_need() -> None:
    late = {"alembic", "docx", "flask_migrate", "fontTools", "mako", "pikepdf", "PIL", "yaml"}
    starting = "import campaign.__main__, sys; print(*sys.modules)"

    read = subprocess.run(
        [sys.executable, "-c", starting], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    assert late.intersection(read) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for(room: str) -> None:
    tree = ast.parse((ROOT / "campaign" / room / "__init__.py").read_text())

    assert ast.get_docstring(tree)
    assert len(tree.body) == 1, "a room's first page is words, no code"


def test_every_module_and_every_public_thing_has_a_docstring() -> None:
    silent = []
    for module in MODULES:
        tree = ast.parse(module.read_text())
        if not ast.get_docstring(tree):
            silent.append(f"{module}")
        for node in tree.body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef)
            if named and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{module}:{node.lineno} {node.name}")

    assert silent == []


def test_services_never_commit() -> None:
    """Doors open the one transaction; a transfer has two databases, and no door."""
    committing = [
        str(module.relative_to(ROOT)) for module in MODULES if ".commit(" in module.read_text()
    ]

    assert committing == ["campaign/lib/db.py", "campaign/operations/transfer.py"]


def test_stale_libraries_are_imported_in_one_module_each() -> None:
    for library, home in (("flask_babel", "languages.py"), ("flask_sqlalchemy", "db.py")):
        importers = [m.name for m in MODULES if re.search(rf"\b{library}\b", m.read_text())]
        assert importers == [home]


def test_no_address_vanishes_unnoticed(app: Flask) -> None:
    present = {rule.rule for rule in app.url_map.iter_rules()}

    assert present >= ADDRESSES


@pytest.mark.parametrize(
    "file", ["letter.pdf", "letter.docx", "letter.txt", "envelope.pdf", "labels.pdf"]
)
def test_the_files_of_a_letter_keep_their_addresses(app: Flask, file: str) -> None:
    endpoint, values = app.url_map.bind("campaign.test").match(
        f"/campaigns/ni-yulan/{file}", method="POST"
    )

    assert (endpoint, values["file"]) == ("letters.take_away", file)


def test_opening_an_address_is_never_the_way_to_change_something(app: Flask) -> None:
    """What changes something is reached by POST alone, or shows a form to GET."""
    shows_a_form = {"petitions.sign", "letters.write"}
    both = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods and {"GET", "POST"} <= rule.methods
    }

    assert both == shows_a_form


def test_the_tables_are_what_the_migrations_make(app: Flask) -> None:
    check()


def test_css_knows_no_left_and_right() -> None:
    """Logical properties only, so that right-to-left comes for free."""
    sides = re.compile(r"\b(left|right)\b")
    found = [
        f"{sheet.name}: {line.strip()}"
        for sheet in (ROOT / "static" / "css").rglob("*.css")
        for line in sheet.read_text().splitlines()
        if sides.search(line)
    ]

    assert found == []


def test_the_package_is_where_the_checkout_is() -> None:
    assert Path(campaign.__file__).parent == ROOT / "campaign"
