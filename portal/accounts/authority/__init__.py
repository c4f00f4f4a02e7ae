"""Who may bind a provider: claimed with an extract, verified by an officer before a first signature counts."""
