"""Petitions: sign, confirm, withdraw, count.

Words: a **petition** is the statement people sign and its addressee; it hangs on a campaign. A
**signature** belongs to one **signer**, who **confirms** it by the link in a mail and may
**withdraw** or erase it whenever they wish. To **hold** is to set aside for a moderator, not
counted and not lost; to **void** is a moderator's reversible removal. The count is the number of
confirmed signatures, always and exactly.

The page to read first is `rules.py`.
"""
