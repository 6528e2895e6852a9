"""Templates: what all of them know; compiled once for all starts, as Python keeps its modules."""

from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class Templates(Environment):
    """Flask's templates, with what all of them know in one dict each.

    Jinja chains two, so that a name that is added later is known too, and for every component that
    a page imports goes through the chain: a tenth of a page's time. We add all names at the start.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows without being told."""
        return {**self.globals, **(d or {})}


class _Kept(FileSystemBytecodeCache):
    """Jinja's own; a file that belongs to other words, or another Python, is not used."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk costs the next start time, but no reader the page
            super().dump_bytecode(bucket)


def init_app(app: Flask, folder: Path) -> None:
    """Keep what templates were compiled to in the folder, which is nobody's but ours: it is run."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = _Kept(str(folder))
