"""Any typed function as a page."""
