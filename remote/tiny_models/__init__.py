"""Trains the tiny models of the pocket profile from scratch; run it with `wov tiny-models`."""
