"""Model code: single-device modules that know nothing of ranks."""
