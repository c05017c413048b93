"""Whether pairs claim anything that their items do not hold, found from the written text.

Nothing of how a pair was made is used: the text is taken apart into item names, quotes, statements
of rules, terms of the vocabulary in both languages, and numbers. Each is looked up in the items. Of
what is left, every word has to be one of the frames in phrases.json, so that a claim in words of
its own is found too.
"""
