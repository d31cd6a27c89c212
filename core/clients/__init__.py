"""Partner systems: clients asked for by one person and approved by another, their secrets, the door, the log of their calls."""
