"""
What opens files that nobody vouches for, in a process of its own: no database, no settings, little memory, little time.

Nothing here imports Django or another part of the product. The process says one word, a reason's code, or none for clean.
"""
