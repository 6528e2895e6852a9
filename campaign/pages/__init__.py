"""Every public page that shows several rooms at once: home, the campaigns, a post.

About, privacy, errors, health.
"""
