"""The rules of accounts: roles, who may enter where, lifetimes, limits."""

from datetime import timedelta
from enum import StrEnum

from campaign.lib.doors import Audience
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.limits import Limit
from campaign.lib.refusals import Refused


class Role(StrEnum):
    """What an account is for."""

    ADMINISTRATOR = "administrator"
    MODERATOR = "moderator"
    ORGANISER = "organiser"


#: Whom a door with that audience lets in.
ADMITS: dict[Audience, frozenset[Role]] = {
    Audience.EVERYBODY: frozenset(Role),
    Audience.STAFF: frozenset(Role),
    Audience.ORGANISERS: frozenset({Role.ORGANISER, Role.ADMINISTRATOR}),
    Audience.MODERATORS: frozenset({Role.MODERATOR, Role.ADMINISTRATOR}),
    Audience.ADMINISTRATORS: frozenset({Role.ADMINISTRATOR}),
}
#: They cannot do without the second step: what they can do cannot be taken back.
MUST_HAVE_SECOND_STEP = frozenset({Role.ADMINISTRATOR})

INVITATION_LIFETIME = timedelta(days=7)
#: A link that lets somebody choose a new password.
RESET_LIFETIME = timedelta(hours=1)
#: Between the password and the code.
SECOND_STEP_LIFETIME = timedelta(minutes=10)
#: A session ends after this much silence (OWASP session management: 15 to 30 minutes) …
IDLE = timedelta(minutes=30)
#: … and at the end of a working day at the latest.
ABSOLUTE = timedelta(hours=8)
#: That somebody is there is written down at most this often.
SEEN_EVERY = timedelta(minutes=1)
#: How long proof is good for.
PROOF_LIFETIME = timedelta(minutes=15)
#: A browser that has signed in before; guesses from elsewhere do not lock it out.
KNOWN_BROWSER_LIFETIME = timedelta(days=180)

#: Guesses that are looked at, for one account, from one browser or from all unknown ones together.
GUESSES = (Limit(10, timedelta(minutes=15)), Limit(50, timedelta(days=1)))
#: Guesses from one network, for whichever accounts.
GUESSES_OF_A_NETWORK = (Limit(60, timedelta(minutes=15)),)
#: Links for a new password to one account.
RESETS = (Limit(3, timedelta(hours=1)),)
#: Such links asked for from one network, for whichever addresses.
RESETS_OF_A_NETWORK = (Limit(10, timedelta(hours=1)), Limit(30, timedelta(days=1)))

NAME_LENGTH = 80
#: No other rule for passwords: length and «not among those that were stolen» are what protects
#: (NIST SP 800-63B, ASVS 6.2).
PASSWORD_SHORTEST = 15
PASSWORD_LONGEST = 200
RECOVERY_CODES = 10


class NotAmongThem(Refused):
    """The name, the password or the code is wrong; which of them is not said."""

    message = _("That did not match. Check the address and the password, and try again.")


class WrongCode(Refused):
    """The code is not the app's of this moment, or was used before."""

    message = _("This code is not right, or was used before. Wait for the next one and type that.")


class TooManyGuesses(Refused):
    """The limit of guesses is used up; even the right password is not looked at."""

    message = _(
        "There were too many attempts. Please wait a quarter of an hour, or ask for a new password."
    )
    status = 429


class StolenPassword(Refused):
    """The password is in a list that attackers try first."""

    message = _(
        "This password is among those that were stolen elsewhere and are tried first. "
        "Choose another one, for example four or five words that do not belong together."
    )


class NeedsSecondStep(Refused):
    """The deed is for accounts with the second step alone."""

    message = _("This needs the second step. Set it up under “Your account” first.")
    status = 403


class LastAdministrator(Refused):
    """Without an administrator nobody could let anybody in."""

    message = _("This is the last administrator. Make somebody else administrator first.")
    status = 409


class NameTaken(Refused):
    """The trail says who it was by their name, so no two accounts have the same."""

    message = _(
        "Somebody else here is called that, or nearly so. "
        "Please add something that tells the two apart, such as a family name."
    )
    status = 409


class HasJoined(Refused):
    """Invitations are for who has no password yet."""

    message = _(
        "They have joined already, so there is nothing to invite them to. Whoever has forgotten "
        "the password can ask for a new one on the page where they sign in."
    )
    status = 409


class IsDisabled(Refused):
    """The link of the invitation would be good for nothing."""

    message = _("This account is disabled. Let its owner in again first.")
    status = 409


class OwnThing(Refused):
    """Nobody decides about what they made alone."""

    message = _("You made this yourself. Somebody else has to decide about it.")
    status = 409


class AddressTaken(Refused):
    """Somebody has an account with this address."""

    message = _("There is an account with this address already.")
    status = 409
