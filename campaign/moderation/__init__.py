"""Moderation: what waits for a decision, in all rooms.

Words: the **queue** is everything that waits; what waits is an **item** of some **kind**. Whoever
is looking at one has a **claim** on it. A **decision** is a **verdict** with a **reason** for the
author and a note for colleagues; the deed itself is the room's own, and stands in the trail.
What is **taken down** nobody reads until a moderator **brings it back**. The trail is read here,
since it leads to the things of all rooms.
"""
