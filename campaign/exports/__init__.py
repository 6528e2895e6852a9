"""Exports: what an organiser takes away of a petition's signatures, as CSV or XLSX.

Words: an **export** is one file, written down with who took it, why, and which **columns** and
**scope** it has. Each file bears the reference of its export in every row, so that a leaked copy
can be traced.
"""
