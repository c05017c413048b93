"""Instruction data: from items and a table of styling rules to question-answer pairs.

    styling_rules.json   which fields play which role; what suits a season or an occasion; what
                         goes with what. Edit a copy and give it with --rules
    terms.json           what fields and values are called, in English and Korean
    phrases.json         the sentences, in which only terms, quotes and statements of rules are put

An answer holds nothing but what its items' fields hold and statements of the table, word for
word; `training.instructions.check` finds out from the written text alone whether that is so.
"""
