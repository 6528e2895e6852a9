"""Posts: dated news texts, listed by date and topic. Campaigns grow out of them.

Words: a **post** has a title, a summary for the list, a body in Markdown, the day it was published,
perhaps a byline, and a source note that says where its facts come from. A **topic** is what posts
and campaigns are about. Whoever writes a post **submits** it for **review**; a moderator publishes
or **returns** it. A **correction** says in one dated sentence what changed after readers saw it.
"""
