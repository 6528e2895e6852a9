"""Accounts: the staff who sign in, their sessions, the guards at the doors, and the audit trail.

Words: an **account** has a **role**: administrator, moderator or organiser. It begins with an
**invitation** by mail. A **session** is a row that can be ended at once. The **second step** is the
code of an app on a phone; **recovery codes** stand in for a lost phone. **Proof** is the password
(and code) typed once more before something that cannot be taken back. The **trail** says who read
or took personal data, and who decided what.
"""
