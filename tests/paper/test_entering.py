"""Entering signatures on paper: by number, line by line, from a table; and what readers then see."""
