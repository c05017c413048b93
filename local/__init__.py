"""The laptop's stack: starts, watches and stops Triton, PostgreSQL, S3 and the API."""
