"""The composition root, the only place that knows every layer: `commands` need no window, `desktop` opens one."""
