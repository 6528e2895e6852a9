"""Letters: the case of one person or cause, whom to write to and what to ask for.

Words: a **letter action** hangs on a campaign and has **asks**, guidance, and **targets**: who is
written to, with salutation and postal address. So far it is shown on the campaign's page for people
who write by hand.
"""
