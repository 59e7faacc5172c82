"""The dialogs that make edits: plain QDialogs that are given values, say what is wrong, and announce what was saved."""
