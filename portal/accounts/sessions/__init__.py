"""Sessions: where a person is logged in, and how one is ended."""
