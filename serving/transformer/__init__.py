"""KServe's protocols in front of Triton: items in V1 and V2, over HTTP and gRPC."""
