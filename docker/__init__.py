"""Dockerfiles, no Python. With the repository's root on the path this folder would be taken for the
Docker SDK: kfp asks for that, and stops at finding something else. So it is told there is none.
"""

raise ModuleNotFoundError(
    "docker: this folder holds modiste's Dockerfiles; the Docker SDK is not used here",
    name="docker",
)
