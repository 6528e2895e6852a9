"""Two people editing the same thing: the second is shown both texts, nothing is overwritten."""

import hashlib
import json
from typing import Any

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused


class ChangedMeanwhile(Refused):
    """What was edited is not what stands there now."""

    message = _(
        "Somebody changed this while you had it open. Nothing was overwritten: both wordings are "
        "below. Put into the boxes what should stand there, and save once more."
    )
    status = 409


def fingerprint(content: Any) -> str:
    """Tells whether content (plain JSON; other values by their words) has changed since.

    A form carries it in a hidden field; the service compares it with what stands there now.
    """
    plain = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]
