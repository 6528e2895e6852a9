"""Letters: a true, polite letter for one person or cause, drafted, printed, posted and counted.

Words: a **letter action** hangs on a campaign. Its **case** holds facts with their sources,
**asks**, **targets** (who is written to; a **mission** gets a copy) and **passages**, each one
human-written alternative of a **section**. A **brief** is what a volunteer chose; a **draft** is
what the passages make of it; a **kit** holds the papers for an evening of many. **Posted** is a
volunteer's word that letters went into the mail, an **answer** what came back. Of the writers
nothing is kept.
"""
