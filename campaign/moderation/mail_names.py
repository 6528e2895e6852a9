"""How the page of mails in trouble calls the kinds of mail: by the folders of their templates."""

from campaign.lib.languages import Text, lazy_gettext as _

MAIL_NAMES: dict[str, Text] = {
    "please_confirm": _("The link to confirm"),
    "you_have_already_signed": _("Signed already"),
    "here_is_your_link": _("The link to one’s signature"),
    "your_signature_was_removed": _("Signature removed"),
    "here_is_an_update": _("News of a campaign"),
    "your_update_was_returned": _("Update sent back"),
    "you_are_invited": _("Invitation"),
    "choose_a_new_password": _("The link for a new password"),
    "your_campaign_was_accepted": _("Campaign opened"),
    "your_campaign_came_back": _("Campaign sent back"),
    "your_campaign_was_closed": _("Campaign closed"),
    "your_campaign_was_reopened": _("Campaign opened again"),
    "your_campaign_was_taken_down": _("Campaign taken down"),
    "your_campaign_is_back": _("Campaign brought back"),
    "your_post_comes_back": _("Post sent back"),
    "your_post_was_taken_down": _("Post taken down"),
    "your_post_is_back": _("Post brought back"),
    "your_batch_was_refused": _("Signatures on paper not counted"),
}
