"""The pool in figures and the returns: of the pool, of each holding and of each Ally."""
