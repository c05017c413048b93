"""The retrieval service: HTTP API, recommender, Triton client, pgvector store, web page."""

import os

# Before gRPC is imported, which reads it once: gRPC writes lines of its own to standard error, as
# when a Triton goes away, between those of our log, which are JSON. What failed is logged anyway.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
