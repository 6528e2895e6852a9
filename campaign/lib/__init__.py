"""The ground floor: one topic a file, and no file names a thing of our domain."""
