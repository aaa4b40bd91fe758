"""The tiny models of the pocket profile, built from nothing: `python -m remote.tiny_models --corpus DIR --out DIR`."""
