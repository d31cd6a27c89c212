"""What both businesses need and neither owns: people, audit, money, nations, organisations, mail."""
