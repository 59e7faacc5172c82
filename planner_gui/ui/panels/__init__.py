"""The panels around the timeline: status line, notices, inspector."""
