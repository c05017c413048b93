"""Training the encoders: data and views, models, losses, the run, evaluation and export."""
