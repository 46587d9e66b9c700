"""What is measured.

Each part has a function of a session that measures, and one of the results that makes its page.
"""
