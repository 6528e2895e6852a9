"""Exports: what an organiser takes away of a petition's signatures, and hands over.

Words: an **export** is one file, written down with who took it, why, and which **columns** and
**scope** it has. Each file bears the reference of its export in every row, unless that column is
left out, so that a leaked copy can be traced. A **hand-over** is for the addressee: numbered, its
signatures fixed when it was made, sheets to print and a table, each known by its SHA-256. Only
public names are **listed** in it.
"""
