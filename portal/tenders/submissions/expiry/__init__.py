"""Taking away what has been kept long enough, after a human said yes."""
