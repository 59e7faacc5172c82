"""The adapters: a service's HTTP API on one side, entities on the other; the only place that imports httpx."""
