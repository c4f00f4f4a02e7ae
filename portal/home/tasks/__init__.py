"""The pages of what the portal does in the background: how far it is, stop it, try again, take the result along."""
