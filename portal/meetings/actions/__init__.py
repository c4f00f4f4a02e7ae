"""Actions: who does what before when, as a meeting agreed it."""
