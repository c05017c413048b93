"""KFP components: one step a file, thin over the `python -m` entry points of the other rooms.

Each is shipped as the source of its function, so what a function needs it imports in its body, from
the root of the repository: /app in the image, the checkout on a laptop. PYTHONPATH leads there.
Addresses and secrets come from the environment:

    MODISTE_DATABASE_URL   the database
    MODISTE_OBJECTS        the object store, with the usual AWS_* variables
    MODISTE_WORK           a folder that outlives a step, for checkpoints; on a cluster a volume
    MODISTE_PLATFORM       `laptop`, unless it is `kubernetes`: who trains and who serves
    MODISTE_NAMESPACE      on a cluster: where TrainJobs and InferenceServices are made

Every step can be killed and run again: it finds out what is done and does the rest.
"""
