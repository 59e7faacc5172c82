"""The connection wizard: where a service is, how to get in, what of it to read; a page a step."""
