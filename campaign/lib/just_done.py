"""What a page says was done a moment ago, on the way to it from the button that did it.

It is signed: whoever sends somebody a link must not be able to make a page of ours say that
something was done which was not.
"""

from datetime import timedelta

from flask import redirect, request
from werkzeug import Response

from campaign.lib import tokens

_PURPOSE = "just done"
#: Long enough for a browser to open the page, too short for sending its address on.
LIFETIME = timedelta(minutes=2)


def lead_to(address: str, deed: str, *, anchor: str = "") -> Response:
    """To the page at that address, which says so."""
    path, _, query = address.partition("?")
    done = tokens.issue(_PURPOSE, [path, deed])
    asked = f"{query}&done={done}" if query else f"done={done}"
    return redirect(f"{path}?{asked}" + (f"#{anchor}" if anchor else ""), 303)


def told() -> str:
    """What was done just now, as the address of this page says; "" when it was not."""
    try:
        path, deed = tokens.read(_PURPOSE, request.args.get("done", ""), lifetime=LIFETIME)
    except (tokens.Unknown, tokens.Expired):
        return ""
    return str(deed) if path == request.script_root + request.path else ""
