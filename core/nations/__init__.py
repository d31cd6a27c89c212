"""The Allies: membership by date, and defence expenditure as each edition stated it."""
