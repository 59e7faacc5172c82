"""What a plan is: numbers, joins and rows, without a window, a service or a file."""
