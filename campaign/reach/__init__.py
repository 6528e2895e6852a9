"""What carries our pages elsewhere: pictures for sharing, codes to scan, embedding, sitemaps.

A **card** is the words that a picture for sharing shows. To **embed** is to show a campaign within
a page of another site; who wants to sign there is led here.
"""
