"""There is always an administrator who can let others in."""

import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask

from campaign.accounts import queries, services
from campaign.accounts.models import Account
from campaign.accounts.rules import LastAdministrator, Role
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from tests import factories


def disable(account: int, by: int) -> None:
    services.disable(
        db.session.get_one(Account, account), by=db.session.get_one(Account, by), now=utc_now()
    )


def demote(account: int, by: int) -> None:
    services.give_role(
        db.session.get_one(Account, account),
        Role.ORGANISER,
        by=db.session.get_one(Account, by),
        now=utc_now(),
    )


@pytest.mark.parametrize("deed", [disable, demote])
def test_two_who_disable_each_other_at_once_leave_one(
    app: Flask, deed: Callable[[int, int], None]
) -> None:
    ada, anna = (factories.account("administrator", name).id for name in ("Ada", "Anna"))
    db.session.remove()
    troubles: list[BaseException] = []

    def strike_back() -> None:
        with app.app_context():
            try:
                with transaction():
                    deed(ada, anna)
            except BaseException as trouble:
                troubles.append(trouble)

    thread = threading.Thread(target=strike_back)
    with transaction():
        deed(anna, ada)
        thread.start()
        time.sleep(0.3)  # it waits for us, or would have counted two
    thread.join()

    assert [type(trouble) for trouble in troubles] == [LastAdministrator]
    with transaction():
        assert queries.lock_active_administrators() == [ada]


def test_an_administrator_who_cannot_sign_in_is_none_to_spare_or_to_count(app: Flask) -> None:
    ada = factories.account("administrator", "Ada").id
    gone = factories.account("administrator", "Gone", disabled_at=utc_now()).id
    invited = factories.account("administrator", "New", password=None, joined_at=None).id

    for account in (gone, invited):
        with transaction():
            demote(account, ada)
    with pytest.raises(LastAdministrator), transaction():
        demote(ada, ada)
