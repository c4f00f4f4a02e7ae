"""What the people who run the portal see and do: how it stands, what went wrong, once more."""
