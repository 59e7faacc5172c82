"""The painted timeline: dates to x, rows to y, a plan to pixels, pixels back to what is under the pointer."""
