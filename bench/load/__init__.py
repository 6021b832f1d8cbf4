"""What one server bears: requests, visits and verdicts from many at once. `make bench-load`."""
