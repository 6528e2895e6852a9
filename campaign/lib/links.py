"""Full addresses of our pages, for mails and feeds.

They start with the configured BASE_URL and never with what a request says of its host: otherwise a
forged Host header would put a stranger's links into our mails.
"""

from flask import Flask, current_app

from campaign.lib import languages


def init_app(app: Flask) -> None:
    """Let templates make full addresses."""
    app.jinja_env.globals["page_link"] = page


def page(path: str, language: str = languages.DEFAULT) -> str:
    """The full address of a path such as `/campaigns/drop-dragonfly`, in that language."""
    prefix = "" if language == languages.DEFAULT else f"/{language}"
    return f"{current_app.config['BASE_URL']}{prefix}{path}"
