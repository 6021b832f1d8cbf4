"""What only training needs: nothing of it is imported to answer."""
