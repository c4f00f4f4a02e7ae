"""What a procedure's own copy of the blueprint says about deciding and contracting."""
