"""The tiny models of the pocket profile, built from nothing: `python -m remote.zoo --corpus DIR --out DIR`."""
