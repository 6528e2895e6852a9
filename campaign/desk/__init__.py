"""The desk: the organisers' pages that show several rooms at once.

Words: a campaign's **overview** says where it stands and what comes next; the **checklist** is what
it lacks before a moderator can be asked to open it.
"""
