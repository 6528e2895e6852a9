"""What moderators may set and list, and how it is worded."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from ipaddress import ip_network

from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired

from campaign.lib import addresses
from campaign.lib.fields import Choices, Lines, OneLine, StaffForm, WholeNumber
from campaign.lib.http import number_of
from campaign.lib.languages import Text, gettext, lazy_gettext as _, ngettext
from campaign.lib.validators import AtMost, Between
from campaign.petitions import sieve
from campaign.petitions.rules import HIGHEST_THRESHOLD, HeldFor, ListKind, Thresholds, Verdict
from campaign.petitions.voiding_rules import CORRECTION_LEAST

COMMENT_LENGTH = 200
MOST_LINES = 1000
#: A larger network is a large part of the internet: surely a slip.
_LARGEST = {4: 8, 6: 20}

REASONS: dict[HeldFor, Text] = {
    HeldFor.BURST: _("Many from one network"),
    HeldFor.DOMAIN: _("Passing mailbox, or many of one domain"),
    HeldFor.NAME: _("No name"),
    HeldFor.LIST: _("On the list"),
    HeldFor.TREND: _("Trend"),
    HeldFor.TRAP: _("Filled in the hidden box"),
    HeldFor.LIMITER: _("Limits could not be asked"),
}
KINDS: dict[ListKind, Text] = {
    ListKind.NETWORK: _("Network"),
    ListKind.DOMAIN: _("Mail domain"),
    ListKind.MAILBOX: _("Email address"),
}
VERDICTS: dict[Verdict, Text] = {Verdict.HOLD: _("Hold"), Verdict.PASS: _("Let pass")}


def _number(label: Text, description: Text, *, most: int = HIGHEST_THRESHOLD) -> WholeNumber:
    return WholeNumber(
        label,
        description=description,
        validators=[
            InputRequired(_("Enter a whole number; 0 means never.")),
            Between(0, most),
        ],
        slip=_("Enter a whole number; 0 means never."),
    )


class ThresholdForm(StaffForm):
    """From where on signatures are held."""

    network_hour = _number(
        _("From one network in an hour"),
        _("So many count, for one campaign; the next are held. A whole school may be one network."),
    )
    network_day = _number(_("From one network in a day"), _("The same, from midnight UTC."))
    domain_day = _number(
        _("From one mail domain in a day"),
        _("So many count, for one campaign. Large mail providers are not counted."),
    )
    trend_times = _number(
        _("A trend is so many times the usual rate"),
        _("Looked at each minute: the last five minutes beside the average of seven days."),
    )
    trend_least = _number(
        _("But at least so many signatures in five minutes"),
        _("So that a quiet campaign is not a trend when a few friends sign."),
    )
    trend_holds = BooleanField(_("Hold new signatures while there is a trend"))
    disposable = BooleanField(_("Hold mailboxes that last some minutes"))
    names = BooleanField(_("Hold names that are addresses, links or numbers"))
    trap = BooleanField(_("Hold whoever fills in a box that people do not see"))
    correction_per_cent = _number(
        _("Tell the public when a rule moves a total by more than so many per cent"),
        _(
            "A moderator is then asked for the words. Fewer than %(least)s signatures are never "
            "told of.",
            least=CORRECTION_LEAST,
        ),
        most=100,
    )
    #: What stood there when the page was made.
    seen = HiddenField()

    @property
    def wanted(self) -> Thresholds:
        """The thresholds as they are in the form."""
        return Thresholds(**self.answers())

    def theirs(self) -> list[tuple[str, Text]]:
        """What somebody else has set meanwhile, where it differs: the field's words and value."""
        set_to = asdict(sieve.thresholds())
        differ = [self[name] for name, value in set_to.items() if self[name].data != value]
        return [(field.label.text, _in_words(set_to[field.name])) for field in differ]


class ListForm(StaffForm):
    """Put lines on the list."""

    verdict = RadioField(
        _("What happens"),
        choices=[SelectChoice(*pair) for pair in VERDICTS.items()],
        default=Verdict.HOLD.value,
    )
    kind = RadioField(
        _("What they are"),
        choices=[SelectChoice(*pair) for pair in KINDS.items()],
        default=ListKind.DOMAIN.value,
    )
    lines = Lines(
        _("Lines"),
        description=_(
            "One a line: 192.0.2.0/24 or 2001:db8::/48, example.org with all below it, or "
            "sam@example.org. Addresses are kept as pseudonyms, which nobody can read."
        ),
        validators=[DataRequired(_("Enter at least one line."))],
    )
    comment = OneLine(
        _("Why"),
        description=_("For your colleagues and the trail. Name nobody."),
        validators=[
            DataRequired(_("Say why, so that a colleague can take it off again.")),
            AtMost(COMMENT_LENGTH),
        ],
    )

    def validate_lines(self, field: Lines) -> None:
        """Each line must be what `kind` says."""
        lines = (field.data or "").splitlines()
        if len(lines) > MOST_LINES:
            raise ValidationError(gettext("At most %(most)d lines at once.", most=MOST_LINES))
        wrong = [line for line, value in self._values() if value is None]
        if wrong:
            raise ValidationError(
                ngettext(
                    "This line is not what you chose above: %(lines)s",
                    "These lines are not what you chose above: %(lines)s",
                    len(wrong),
                    lines=", ".join(wrong[:5]),
                )
            )

    @property
    def values(self) -> list[str]:
        """The lines, each once, as they are kept."""
        return list(dict.fromkeys(value for _, value in self._values() if value))

    def _values(self) -> Iterator[tuple[str, str | None]]:
        read = _READERS.get(self.kind.data or "", _domain)
        for line in (self.lines.data or "").splitlines():
            if line.strip():
                yield line, read(line.strip())


def _number_of_a_row(sent: str) -> int:
    """Of what is no number, one that no row has."""
    return number_of(sent, 0)


class UnlistForm(StaffForm):
    """Take ticked lines off the list."""

    entries = Choices(coerce=_number_of_a_row, validate_choice=False)


def _in_words(value: int | bool) -> Text:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


def _network(line: str) -> str | None:
    try:
        network = ip_network(line, strict=False)
    except ValueError:
        return None
    return str(network) if network.prefixlen >= _LARGEST[network.version] else None


def _domain(line: str) -> str | None:
    domain = addresses.ascii_domain(line.removeprefix("@").removeprefix("*."))
    return domain if "." in domain and _mailbox(f"somebody@{domain}") else None


def _mailbox(line: str) -> str | None:
    try:
        return addresses.normalise(line)
    except addresses.NoAddress:
        return None


_READERS: dict[str, Callable[[str], str | None]] = {
    ListKind.NETWORK: _network,
    ListKind.DOMAIN: _domain,
    ListKind.MAILBOX: _mailbox,
}
