"""Pure: scores weighted and averaged, how far reviewers differ, ranks with what is tied, and who reviews what."""
