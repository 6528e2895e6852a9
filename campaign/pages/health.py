"""For the administrator's monitoring: is the process alive, can it do its work."""

from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from campaign.lib import migrations
from campaign.lib.db import db
from campaign.lib.doors import Audience, Door

bp = Door("health", __name__, audience=Audience.EVERYBODY, url_prefix="/health")


@bp.get("/live")
def live() -> ResponseReturnValue:
    """The process answers."""
    return {"live": True}


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """The database answers and has all its migrations."""
    try:
        with db.engine.connect() as connection:
            present = migrations.present(connection)
    except SQLAlchemyError:
        return {"ready": False}, 503
    is_ready = present == migrations.wanted()
    return {"ready": is_ready}, 200 if is_ready else 503
