"""What a team may send as its campaign's image."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask_wtf.file import FileField
from wtforms import HiddenField, ValidationError
from wtforms.validators import DataRequired

from campaign.campaigns import rules
from campaign.lib.fields import OneLine, StaffForm
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.refusals import Refused
from campaign.lib.validators import AtMost, unreadable

if TYPE_CHECKING:
    from campaign.campaigns.imaging import Picture


class ImageForm(StaffForm):
    """An image, what it shows and whose it is."""

    image = FileField(
        _("Image"),
        description=_(
            "A JPEG, PNG or WebP file of at most 10 MB. It is drawn anew in sizes for every "
            "screen; where and when a photo was taken, and with what, is left out."
        ),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )
    alt = OneLine(
        _("What it shows"),
        [
            DataRequired(_("Say what the image shows.")),
            AtMost(rules.ALT_LENGTH),
            unreadable,
        ],
        description=_(
            "What somebody misses who cannot see it: who, where, doing what. It is read out in "
            "place of the image."
        ),
        render_kw={"dir": "auto"},
    )
    credit = OneLine(
        _("Credit"),
        [
            DataRequired(_("Say who holds the rights, and under what licence you show it.")),
            AtMost(rules.CREDIT_LENGTH),
            unreadable,
        ],
        description=_(
            "Who holds the rights and why you may show it: “Photo: Jane Doe, CC BY 4.0” or "
            "“Courtesy of the family”. It stands below the image."
        ),
        render_kw={"dir": "auto"},
    )
    #: Fingerprint of what stood there when the page was opened.
    seen = HiddenField()

    #: What was made of the file; empty when none was chosen.
    pictures: "Sequence[Picture]" = ()

    def validate_image(self, field: FileField) -> None:
        """The file is an image of a size we take, or there is none."""
        if field.data is None:
            return
        content = field.data.read(rules.MOST_BYTES + 1)
        if len(content) > rules.MOST_BYTES:
            raise ValidationError(gettext("At most 10 MB, please. Save the image smaller."))
        # Pillow is large: no start waits for it, only who sends the first image.
        from campaign.campaigns import imaging

        try:
            self.pictures = imaging.pictures(content)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal

    def ask_for_file(self) -> None:
        """Before the form is shown once more: browsers forget a chosen file, people should know."""
        self.image.errors = [
            gettext("Choose the file once more, please: a form that comes back has lost it.")
        ]
