"""Korean and English words of product pages."""
