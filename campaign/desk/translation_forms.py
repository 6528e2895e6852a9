"""The form in which a team puts a campaign into another language, beside the original."""

from typing import Any

from wtforms import BooleanField, HiddenField

from campaign.campaigns import rules
from campaign.campaigns.models import Campaign, CampaignTranslation
from campaign.campaigns.rules import SHOWN_STATES
from campaign.lib import meanwhile
from campaign.lib.fields import Lines, OneLine, StaffForm, TypedLines
from campaign.lib.languages import direction, gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.petitions import queries as petitions, rules as petition_rules, wording


class TranslationForm(StaffForm):
    """The words of a campaign and of its petition in one more language."""

    #: Fingerprint of what stood there when the page was opened …
    seen = HiddenField()
    #: … and of the original beside it.
    original = HiddenField()
    title = OneLine(_("Title"), [AtMost(rules.TITLE_LENGTH), unreadable])
    ask = OneLine(_("Ask"), [AtMost(rules.ASK_LENGTH), unreadable])
    story = TypedLines(_("Story"), [AtMost(rules.STORY_LENGTH), unreadable], render_kw={"rows": 14})
    notice = OneLine(_("Notice"), [AtMost(rules.NOTICE_LENGTH), unreadable])
    outcome_text = TypedLines(
        _("What came of it"), [AtMost(rules.OUTCOME_LENGTH), unreadable], render_kw={"rows": 5}
    )
    image_alt = OneLine(_("What the image shows"), [AtMost(rules.ALT_LENGTH), unreadable])
    addressee = OneLine(
        _("To whom the petition goes"), [AtMost(petition_rules.ADDRESSEE_LENGTH), unreadable]
    )
    statement = TypedLines(
        _("What people sign"),
        [AtMost(petition_rules.STATEMENT_LENGTH), unreadable],
        render_kw={"rows": 7},
    )
    is_current = BooleanField(_("The translation says what the original says now"))
    reason = Lines(
        _("Why the words change"),
        [AtMost(rules.REASON_LENGTH), unreadable],
        description=_("It stands beside the new version, for everybody in the team to read."),
    )

    campaign: Campaign
    #: What is translated, by the names of the fields.
    shown: dict[str, str]
    stands: dict[str, str]
    translation: CampaignTranslation | None
    #: Name of a field → what somebody else typed there meanwhile.
    theirs: dict[str, str]

    def validate(self, *args: Any, **more: Any) -> bool:
        """The fields one by one; then that nothing is missing where readers see it."""
        return bool(super().validate(*args, **more)) & self._is_whole()

    def _is_whole(self) -> bool:
        if self.campaign.state not in SHOWN_STATES:
            return True
        needed = wording.needed(petitions.of_campaign(self.campaign))
        # A draft that was taken down may lack words itself: those have no field here.
        blank = [name for name in self.names if name in needed and not self[name].data]
        for name in blank:
            told = gettext("Readers see this page, so this cannot be blank.")
            self[name].errors = [*self[name].errors, told]
        return not blank

    @property
    def names(self) -> list[str]:
        """The fields that have something to translate, in the order of the page."""
        return [name for name in wording.TRANSLATED if name in self]

    def typed(self) -> dict[str, str]:
        """What was typed; what has no field here stays as it stands."""
        return self.stands | {name: self[name].data or "" for name in self.names}

    def translated_from(self) -> str:
        """The fingerprint of the original that the typed words stand for."""
        if self.translation and "is_current" in self and not self.is_current.data:
            return self.translation.translated_from
        return self.original.data or ""

    def put_beside(self) -> None:
        """Show beside each field what somebody else typed there, where it differs."""
        self.seen.data = meanwhile.fingerprint(self.stands)
        typed = self.typed()
        self.theirs = {
            name: self.stands[name] or gettext("(blank)")
            for name in self.names
            if self.stands[name] != typed[name]
        }


def translation_form(campaign: Campaign, language: str) -> TranslationForm:
    """The form for the campaign in that language; on a POST, with what was typed."""
    translation = campaign.translation_in(language)
    stands, shown = wording.translated(translation), wording.original(campaign)
    form = TranslationForm(
        data={
            **stands,
            "seen": meanwhile.fingerprint(stands),
            "original": meanwhile.fingerprint(shown),
        }
    )
    form.campaign, form.translation = campaign, translation
    form.stands, form.shown, form.theirs = stands, shown, {}
    for name in wording.TRANSLATED:
        if shown[name]:
            form[name].render_kw = {
                **(form[name].render_kw or {}),
                "lang": language,
                "dir": direction(language),
            }
        else:
            del form[name]
    if translation is None or not wording.is_outdated(campaign, translation):
        del form.is_current
    return form
