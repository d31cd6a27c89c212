"""The quarter's valuation: runs, marks by technique, two approvals, and what a locked run says of every holding."""
