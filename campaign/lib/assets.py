"""Stylesheet, scripts and fonts, under addresses that change with their content.

So browsers may keep them for ever.

`static/css/main.css` only lists the other sheets, in order. They are joined here when the app
starts, and sheet and scripts compressed: one request for the reader, one file a component for us,
no build step.
"""

import gzip
import hashlib
import re
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from whitenoise import WhiteNoise

from campaign.lib import headers
from campaign.lib.doors import Audience, Door

_YEAR = 365 * 24 * 3600
_IMPORT = re.compile(r'^@import "([^"]+)";$', re.MULTILINE)


def init_app(app: Flask, static: Path) -> None:
    """Serve the folder `static` under /static/<hash of all its files>/."""
    prefix = f"/static/{_fingerprint(static)}"
    texts = {"css/site.css": _joined(static / "css" / "main.css").encode()}
    for script in (static / "js").rglob("*.js"):
        texts[script.relative_to(static).as_posix()] = script.read_bytes()
    packed = {name: gzip.compress(content, mtime=0) for name, content in texts.items()}

    def text(name: str) -> Response:
        if name not in texts:
            abort(404)
        zipped = headers.takes_packed(request.environ)
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        response = Response(packed[name] if zipped else texts[name], mimetype=kind)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        return response

    door = Door("assets", __name__, audience=Audience.EVERYBODY)
    door.add_url_rule(f"{prefix}/<path:name>", "text", text)
    app.register_blueprint(door)
    files = WhiteNoise(
        app.wsgi_app,
        max_age=_YEAR,
        allow_all_origins=False,
        immutable_file_test=lambda path, url: True,
        add_headers_function=_same_origin,
    )
    for folder in ("fonts", "img"):  # packed already, each in its own way
        files.add_files(str(static / folder), f"{prefix}/{folder}")
    app.wsgi_app = files  # type: ignore[method-assign]
    app.extensions["campaign.static"] = prefix
    app.jinja_env.globals["static_url"] = url


def url(name: str) -> str:
    """The address of a file in static/, by its path there."""
    return f"{current_app.extensions['campaign.static']}/{name}"


def _same_origin(answer: object, _path: str, _url: str) -> None:
    answer["Cross-Origin-Resource-Policy"] = "same-origin"  # type: ignore[index]
    answer["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _joined(main: Path) -> str:
    """The sheet with every `@import "…";` line replaced by the file it names, without comments."""
    whole = _IMPORT.sub(
        lambda found: (main.parent / found.group(1)).read_text("utf-8"),
        main.read_text("utf-8"),
    )
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", whole, flags=re.DOTALL)).strip() + "\n"
