"""What an administrator needs to run the house: moving it to another database, backups, figures.

It knows the tables of all rooms by their metadata alone, so a new table needs nothing here.
"""
