"""What the colleges decide after mediation has failed."""
