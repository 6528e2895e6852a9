"""Online and paper stand side by side, and add up, wherever numbers are told; the printed sheet."""

import csv
import io

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.petitions.models import Petition
from campaign.results import queries as results
from tests import factories
from tests.factories import PASSWORD
from tests.letters.reading import poppler, squeezed, words_of
from tests.page_reader import PageReader
from tests.paper.entering import ADDRESS, enter
from tests.staff import StaffReader

pytestmark = pytest.mark.usefixtures("clock")

STATES = ("confirmed", "pending", "held", "withdrawn", "voided", "paper")


@pytest.fixture
def of_each(archive: Petition, olive: Account) -> Petition:
    """One signature in each state, and 40 on paper; 900 more wait."""
    factories.confirmed(archive, "sam@example.org", shows_name=True)
    factories.not_counted(archive)
    enter(archive, olive, 40)
    enter(archive, olive, 900)
    return archive


def test_totals_add_up_in_the_results(desk: StaffReader, of_each: Petition) -> None:
    address = ADDRESS.replace("paper", "results")

    totals = desk.get(f"{address}.json").response.get_json()["totals"]
    file = desk.get(f"{address}.csv").response.get_data().decode("utf-8-sig")
    page = desk.get(address)

    assert totals == {**dict.fromkeys(STATES, 1), "paper": 40, "all": 45}
    assert ["totals", "paper", "40"] in list(csv.reader(io.StringIO(file)))
    table = page.soup.select("table")[0].get_text(" ", strip=True)
    assert "On paper: they count, too 40" in table
    assert "All 45" in table
    assert "1 online + 40 on paper." in page.text


def test_totals_add_up_on_the_dashboard(mo: StaffReader, of_each: Petition) -> None:
    told = mo.get("/staff/numbers.json").response.get_json()

    for one in (told, *told["campaigns"]):
        assert one["paper"] == 40
        assert one["all"] == sum(one[state] for state in STATES) == 45
    header = [cell.get_text() for cell in mo.get("/staff/").soup.select("table.campaigns th")]
    assert "On paper" in header


def test_a_petition_that_has_only_paper_is_in_the_totals(archive: Petition, olive: Account) -> None:
    enter(archive, olive, 3)
    factories.petition()

    assert {number: one.all for number, (one, _) in results.totals_by_petition().items()} == {
        archive.id: 3
    }


def test_the_home_page_tells_of_paper_alone(
    reader: PageReader, archive: Petition, olive: Account
) -> None:
    enter(archive, olive, 40)

    assert "0 confirmed signatures, on all campaigns together, and 40 on paper" in (
        reader.get("/").text
    )


def test_a_hand_over_tells_what_is_on_paper_besides(desk: StaffReader, of_each: Petition) -> None:
    address = ADDRESS.replace("paper", "hand-overs/")
    desk.press(desk.get(address), "Make the hand-over", current_password=PASSWORD)

    receipt = desk.get(f"{address}1")
    assert "On paper 40 besides, when it was made" in receipt.text
    button = receipt.one("form[action$=pdf] button").get_text()
    file = desk.press(receipt, button).response.data
    words = words_of(file)
    assert "1 signature, confirmed by its owner" in words
    assert "On paper 40 signatures on sheets, besides these and in no list" in words


def test_the_export_says_where_the_rest_is(desk: StaffReader, of_each: Petition) -> None:
    page = desk.get(ADDRESS.replace("paper", "export"))

    assert "1 signature is confirmed. 40 more are on paper and not in the file:" in page.text


def test_the_sheet_has_the_whole_statement_and_leads_to_the_page(
    desk: StaffReader, archive: Petition
) -> None:
    statement = "\n\n".join(f"Reason {n}: the door stays *shut*." for n in range(1, 40))
    factories.petition(archive.campaign, statement=f"We ask you:\n\n{statement}")

    file = desk.get(desk.get(ADDRESS).link("The sheet to print (PDF)")).response.data

    words = words_of(file)
    assert "Open the archive" in words
    assert "To the keeper of the archive" in words
    assert "Reason 1: the door stays shut." in words
    assert "Reason 39: the door stays shut." in words
    assert "campaign.test/campaigns/archive" in words
    assert "Email (only if you want)" in words
    assert "ninety days after the campaign has closed" in words
    about = poppler("pdfinfo", "-", pdf=file).decode()
    assert "Tagged: yes" in " ".join(about.split())
    assert "210 x 297" in about or "595.276 x 841.89" in about


@pytest.mark.parametrize(
    ("language", "title", "statement"),
    [
        ("ar", "افتحوا الأرشيف", "نطلب منكم فتح الأرشيف."),
        ("zh", "打开档案馆", "我们请求您打开档案馆。"),
        ("fr", "Ouvrez les archives", "Nous vous demandons d’ouvrir les archives."),
    ],
)
def test_the_sheet_prints_other_scripts(
    app: Flask, language: str, title: str, statement: str
) -> None:
    campaign: Campaign = factories.campaign("other", title=title, language=language)
    factories.petition(campaign, statement=statement)
    desk = StaffReader(app, factories.account(team_of=[campaign]))

    file = desk.get("/staff/campaigns/other/paper/sheet.pdf").response.data

    assert file.startswith(b"%PDF")
    if language != "ar":  # poppler tells Arabic in the order of its shapes
        assert squeezed(title) in squeezed(words_of(file))
        assert squeezed(statement) in squeezed(words_of(file))


def test_there_is_no_sheet_with_gaps_in_its_words(app: Flask) -> None:
    campaign: Campaign = factories.campaign("other")
    factories.petition(campaign, statement="Open the door 🚪. अभिलेखागार खोलिए।")
    desk = StaffReader(app, factories.account(team_of=[campaign]))

    page = desk.get("/staff/campaigns/other/paper/sheet.pdf")

    assert page.address.endswith("/paper")
    assert "our fonts do not have these signs of the title, addressee or statement: 🚪" in page.text


def test_a_campaign_without_a_petition_has_no_sheet(app: Flask, reader: PageReader) -> None:
    campaign = factories.campaign("letters-only")
    desk = StaffReader(app, factories.account(team_of=[campaign]))

    assert "This campaign has no petition." in desk.get("/staff/campaigns/letters-only/paper").text
    desk.get("/staff/campaigns/letters-only/paper/sheet.pdf", status=404)
