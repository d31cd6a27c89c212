"""What happened, in an order that skips nothing, and telling partner systems of it: signed, tried for days, logged."""
