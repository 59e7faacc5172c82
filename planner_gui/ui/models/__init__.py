"""Qt item models over plain plan data, for the tables beside the timeline."""
