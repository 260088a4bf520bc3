"""The product measured beside hand-written floors, on one nation, in one run. Run it with `make bench`."""
