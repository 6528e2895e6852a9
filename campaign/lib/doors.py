"""Doors: blueprints that say whom they let in. Whatever has not said so stays shut."""

from enum import StrEnum
from typing import Any

from flask import Blueprint


class Audience(StrEnum):
    """Who may come through a door."""

    EVERYBODY = "everybody"
    #: Whoever is signed in.
    STAFF = "staff"
    ORGANISERS = "organisers"
    MODERATORS = "moderators"
    ADMINISTRATORS = "administrators"


class Door(Blueprint):
    """A blueprint with an audience; `accounts.guards` stands at it."""

    def __init__(
        self,
        name: str,
        import_name: str,
        *,
        audience: Audience,
        from_anywhere: bool = False,
        is_shared: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(name, import_name, **options)
        self.audience = audience
        #: Whether its forms are taken from other sites and programs too: their address holds a
        #: token, and what they do harms nobody.
        self.from_anywhere = from_anywhere
        #: Whether all that it shows is the same for everybody, and shared caches keep it.
        self.is_shared = is_shared
