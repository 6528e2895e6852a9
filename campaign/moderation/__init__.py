"""Moderation: what waits for a decision, in all rooms.

Words: the **queue** is everything that waits. A **decision** is taken on the page of the thing
itself, with a reason where it says no, and stands in the trail.
"""
