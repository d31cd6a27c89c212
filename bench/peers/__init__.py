"""What others offer, in an environment and a process of their own: nothing of the product is imported here."""
