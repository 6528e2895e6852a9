"""Templates, compiled once for all starts: kept as files, as Python keeps its modules."""

from contextlib import suppress
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class _Kept(FileSystemBytecodeCache):
    """Jinja's own; a file that belongs to other words, or another Python, is not used."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk costs the next start time, but no reader the page
            super().dump_bytecode(bucket)


def init_app(app: Flask, folder: Path) -> None:
    """Keep what templates were compiled to in the folder, which is nobody's but ours: it is run."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = _Kept(str(folder))
