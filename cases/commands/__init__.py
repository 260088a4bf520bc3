"""The commands of `patuh`, one module per group; each is thin: it reads options, calls one part, shows the answer."""
