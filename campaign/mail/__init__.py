"""Mail: an outbox in the database and its delivery.

It knows no domain: whoever posts a mail says what it is about.

Words: a **mail** is queued, then sent or failed. Its **envelope** holds the address, and what
its words are made of, sealed, until it is settled. To **post** is to put a mail into the outbox, in
the same transaction as the deed that causes it; to **deliver** is to write out its words and hand
it to the mail server, which only a worker does. A mail that the server refuses for good is marked
failed; what it was about stays as it is. A
**sending** is one text that goes to many: its mails let all others go first.
"""
