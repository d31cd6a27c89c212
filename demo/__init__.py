"""A rehearsed world: the fund and the accelerator played through the services up to a fixed day."""
