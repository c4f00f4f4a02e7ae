"""The whole case file of a procedure in one ZIP, for a lawyer or a court."""
