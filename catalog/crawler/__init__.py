"""From a shop's pages to its catalogue: `python -m catalog crawl`."""
