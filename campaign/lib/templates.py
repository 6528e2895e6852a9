"""Templates: what all of them know; compiled once for all starts, as Python keeps its modules."""

import sys
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
    """Jinja's own; a file that belongs to other words, or another Python, is not used.

    What is kept is run. So it lies beside the templates and not among the data: a site that may not
    write where its code is does without, as it does for Python's own modules.
    """

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)


def init_app(app: Flask, folder: Path) -> None:
    """Keep what templates were compiled to in the folder."""
    app.jinja_env.bytecode_cache = _Kept(str(folder))
