"""Capital calls: drafted, approved by a second person, issued to every Ally, paid, settled."""
