"""Starts everything on one machine: `make run`. It may import core; it starts the other packages as
processes and imports none of them."""
