"""A made-up catalogue over the default schema, so that everything works before anyone has data.

`python -m catalog.sample --out DIR` writes `items.jsonl` and `images/`. One seed gives one
catalogue: every choice comes from `random.Random` seeded by a text, never from `hash()`.
"""
