"""The image that the components run in."""

TRAINING_IMAGE = "modiste/training:0.1.0"
"""The pipelines-and-training image: `docker/training/`, the repository in /app. Its tag is the
version in `pyproject.toml`.

A cluster that pulls from a registry of its own renames it where the pipeline is compiled:
`python -m pipelines.compile --image registry.example/modiste/training:0.1.0`.
"""
