"""Where it all runs on a cluster: the manifests, and what renders and compares them."""
