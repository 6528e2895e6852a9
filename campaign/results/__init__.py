"""Results: what came of a campaign in numbers, for its team, for moderators and as files.

Everything is read from tallies that add up and are exact at any moment, never counted row by row:
a page takes as long for a million signatures as for a thousand. No person is in it.

Words: **totals** are all signatures of a petition by state. A **period** is how far back the days
go. Of those who **signed** on a day, the **proved** ones have pressed the button in their mail,
whatever became of the signature since.
"""
