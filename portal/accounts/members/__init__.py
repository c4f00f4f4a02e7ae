"""Who belongs to which organisation in which role: invitations, requests to join, roles that end."""
