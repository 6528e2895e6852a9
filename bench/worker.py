"""Takes up what was sent in, over and over, as a worker does; no mail, nothing by the clock.

Started by bench/sites.py, with the settings of its site.
"""

import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from campaign import config, create_app
from campaign.lib.clock import utc_now
from campaign.petitions import taking_up

#: A worker delivers mail meanwhile. Short, so that the end of a round is not long waited for.
PAUSE_SECONDS = 0.05


def main() -> int:
    """Until it is told to stop; the exit status."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    app = create_app(config.read())
    while not stop.is_set():
        with app.app_context():
            taken = taking_up.take_up_due(utc_now())
        if taken < taking_up.BATCH:
            stop.wait(PAUSE_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
