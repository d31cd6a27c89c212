"""What the programme does with what was sent: screening, who reviews it, who may not, and what reviewers found."""
