"""The board: every opened submission of a procedure, who is to act, and what is stuck."""
