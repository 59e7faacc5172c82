"""What a plan is: pure Python and NumPy, no Qt, no input or output, no clock (today is always an argument)."""
