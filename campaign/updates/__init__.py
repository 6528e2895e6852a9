"""Updates: what organisers write to the supporters who asked for it.

Words: an **update** is one mail in an organiser's words, with a link to one of the campaign's posts
if they like. It is **submitted** for approval; a moderator **approves** or **returns** it. An
approved update **begins** when a day has passed since the campaign's last one began, and goes once
to each confirmed signer who wants updates at that moment; it can be **stopped** on its way. A
signer **unsubscribes** by a link in every update, or by the button their mail program makes of it.

The page to read first is `rules.py`; `sending.py` is what the worker does.
"""
