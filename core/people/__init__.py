"""Who may use the product: people, roles as code, invitations, the policy table, sessions that end."""
