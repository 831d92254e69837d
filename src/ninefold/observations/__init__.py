"""Where facts are kept: what machines reported, each with its source. SQLite by default, PostgreSQL by URL.

Here: one schema, its migrations, the store. Not here: decisions of people (they are text in the workspace).
"""
