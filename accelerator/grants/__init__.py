"""Grants: the programme's budget, and the payments that accepted milestones release. No posting to a fund's books."""
