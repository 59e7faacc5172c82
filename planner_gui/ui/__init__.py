"""What you see: the only place that imports QtWidgets."""
