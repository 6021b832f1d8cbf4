"""csv_log."""
