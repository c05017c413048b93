"""The retrieval service: HTTP API, recommender, Triton client, pgvector store, web page."""
