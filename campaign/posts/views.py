"""The readers' door to the posts: the list and the feed.

A post's own page also shows its campaigns, so it is in `pages`.
"""

from flask import Response, make_response, render_template, request

from campaign.lib import headers, languages
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import cleaned
from campaign.lib.http import asked_number
from campaign.posts import queries
from campaign.posts.models import named

bp = Door("posts", __name__, audience=Audience.EVERYBODY, is_shared=True, url_prefix="/posts")

FEED_SIZE = 20


@bp.get("/")
def index() -> Response:
    """The list by date, with search, topics and pages."""
    query, topic = cleaned(request.args.get("q")), cleaned(request.args.get("topic"))
    page = queries.listed(query=query, topic=topic, page=asked_number("page", 1))
    return headers.public(
        make_response(
            render_template(
                "posts/index.html",
                page=page,
                query=query,
                topic=topic,
                topics=named(queries.topics(), languages.current()),
            )
        )
    )


@bp.get("/feed.atom")
def feed() -> Response:
    """The newest posts as an Atom feed (RFC 4287)."""
    response = make_response(render_template("posts/feed.xml", posts=queries.latest(FEED_SIZE)))
    response.mimetype = "application/atom+xml"
    return headers.public(response)
