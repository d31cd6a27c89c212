"""Responsible use: principles, reviews of holdings and cohort members, conditions, and what falls due of them."""
