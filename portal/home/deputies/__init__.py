"""What waits for somebody who is away, for the deputy."""
