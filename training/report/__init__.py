"""The page that a person reads after an evaluation: one HTML file that needs nothing else."""
