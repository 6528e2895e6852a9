"""What stands in the place of a page that moderators took down, at all its public addresses.

Signing, writing, the open data: each says so, with whatever a visitor had typed. What readers never
saw is not there, before and after.
"""

import re

from flask import Response, make_response, render_template, request

from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.posts import queries as posts
from campaign.posts.models import Post

#: Addresses that name a campaign.
OF_A_CAMPAIGN = re.compile(r"/(campaigns|embed)/<slug:slug>")
#: What people type into the forms of these pages with their own hands, in this order.
_TYPED = (
    *("name", "email", "postcode", "comment"),
    *("subject", "text", "own_words", "place", "occupation", "address"),
)


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
    rule = request.url_rule.rule if request.url_rule else ""
    slug = (request.view_args or {}).get("slug", "")
    if rule == "/posts/<slug:slug>":
        return posts.taken_down(slug)
    if OF_A_CAMPAIGN.match(rule):
        return campaigns.taken_down(slug)
    return None


def _typed() -> str:
    """The answers of a form, each on lines of its own."""
    return "\n\n".join(filter(None, (request.form.get(name, "").strip() for name in _TYPED)))
