"""What a contract says, as facts: the document is made of nothing else."""
