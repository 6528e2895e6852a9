"""Somebody of the staff, signed in: opens pages and presses buttons with a cookie."""

import contextvars
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from campaign.accounts import sessions
from campaign.accounts.models import Account
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from tests.page_reader import HOST, PageReader


class StaffReader(PageReader):
    """A reader who is signed in, in a browser of their own."""

    sets_cookies = True

    def __init__(self, app: Flask, account: Account | None = None) -> None:
        super().__init__(app)
        self.account = account
        self.client = app.test_client()
        if account is not None:
            with transaction():
                key = sessions.begin(account, now=utc_now())
            with self.client.session_transaction(base_url=HOST) as session:
                session["key"] = key

    def _open(self, method: str, address: str, **options: Any) -> TestResponse:
        response: TestResponse = contextvars.Context().run(
            lambda: self.client.open(
                address, method=method, base_url=HOST, buffered=True, **options
            )
        )
        db.session.rollback()
        db.session.expire_all()
        return response
