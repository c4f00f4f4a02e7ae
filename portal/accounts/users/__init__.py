"""People: their account, password, log-in and its limits."""
