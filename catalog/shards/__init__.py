"""A large catalogue ingested in shards, by many processes or pods, to the same items folder.

A plan decides once, over the whole catalogue, what its columns are; each shard makes the items of
its rows; joined they are the items folder that `python -m catalog.ingest` would have written, byte
for byte.
"""
