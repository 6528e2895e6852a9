"""What stands in the place of a page that moderators took down, at all its public addresses.

Signing, writing, reporting, the open data: each says so, with whatever a visitor had typed. What
readers never saw is not there, before and after.
"""

import re

from flask import Response, make_response, render_template, request

from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.posts import queries as posts
from campaign.posts.models import Post

#: Addresses that name a campaign.
_OF_A_CAMPAIGN = re.compile(r"/(campaigns|embed)/<slug:slug>")
#: The door of reports, whose addresses name a campaign or a post by `where`.
_REPORTS = "reporting"
#: What people type into the forms of these pages with their own hands, in this order.
_TYPED = (
    *("name", "email", "postcode", "comment"),
    *("own_words", "place", "occupation", "address"),
    *("names", "place_and_day"),
)
#: The fields of a letter, which bear the key of its target.
_OF_A_LETTER = re.compile(r"letter-.+-(?:subject|text)")


def names_a_campaign() -> bool:
    """Whether the address of this request names a campaign; those of the staff's pages do too."""
    return _where() == "campaigns" or _OF_A_CAMPAIGN.search(_rule()) is not None


def page() -> Response | None:
    """The answer, if this request is for something that was taken down."""
    thing = _thing()
    if thing is None:
        return None
    return make_response(
        render_template(
            "pages/taken_down.html",
            thing=thing,
            is_campaign=isinstance(thing, Campaign),
            typed=_typed(),
        ),
        410,
    )


def _thing() -> Post | Campaign | None:
    slug = (request.view_args or {}).get("slug", "")
    if _where() == "posts" or _rule() == "/posts/<slug:slug>":
        return posts.taken_down(slug)
    if _where() == "campaigns" or _OF_A_CAMPAIGN.match(_rule()):
        return campaigns.taken_down(slug)
    return None


def _rule() -> str:
    return request.url_rule.rule if request.url_rule else ""


def _where() -> str | None:
    return (request.view_args or {})["where"] if request.blueprint == _REPORTS else None


def _typed() -> str:
    """The answers of a form, each on lines of its own.

    Opening the page may send some, too; caches keep what that is answered with, for all visitors.
    """
    if request.method != "POST":
        return ""
    letters = filter(_OF_A_LETTER.fullmatch, request.form)
    # In the form of signing `words` is no answer: it stands for the wording, and nobody sees it.
    report = ("words",) if request.blueprint == _REPORTS else ()
    fields = (*_TYPED, *letters, *report)
    return "\n\n".join(filter(None, (request.form.get(name, "").strip() for name in fields)))
