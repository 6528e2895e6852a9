"""Campaigns: what grows out of posts and what petitions and letters hang on.

Words: a **campaign** has a title, an **ask** (one sentence: who should do what), a **story** and a
**state**. When it is closed it has an **outcome** and a text that says what came of it. A
**version** is every word a signer had before them. A **translation** says the **original** in
another language.
"""
