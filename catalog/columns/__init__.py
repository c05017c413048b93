"""A flat catalogue by columns: a cell is looked at once wherever it recurs, rows are takes.

What a cell means is said in `catalog.flat`, `catalog.cells` and `catalog.item` alone: this package
asks them about different cells and not about rows. A row with anything the matter goes through
`Plan.record` and `parse_item` as a whole, so that it is set aside with the same words.
"""
