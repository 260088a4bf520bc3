"""Rules against facts: compile, detect, decide. No clock, no random, no environment."""
