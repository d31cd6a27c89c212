"""Applications of start-ups: drafts, answers, submission, receipt, clarifications."""
