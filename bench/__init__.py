"""The figures in README: `make bench` measures them on the machine at hand."""
