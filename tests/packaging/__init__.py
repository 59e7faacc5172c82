"""The packages: what they are made of, what they say about themselves, and a bundle where one is there."""
