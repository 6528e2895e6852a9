"""Paper: signatures collected with a pen, entered by the team, shown beside the online ones.

Words: a **sheet** is printed here and signed by hand. A **batch** is what is entered at once, as a
number alone or as **rows** (one a person), with its **provenance**: where, when and by whom it was
collected, on how many sheets, and who keeps them. Whatever is not likely is held until a moderator
has looked. To **compare** is to find those who have also signed online or on another sheet: each
person counts once. The paper count is the sum of what the batches count, always and exactly, and
stands beside the count of confirmed signatures, never in it.

The page to read first is `rules.py`.
"""
