"""What is imported from here is ours, whatever else is called `tests` on the path."""
