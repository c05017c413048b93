-- Items, as the last write left them. Vectors are in one table a generation (see 0002).

CREATE EXTENSION IF NOT EXISTS vector;

-- Revisions come from one sequence, so that an item deleted and written again never gets an old
-- revision back, and no old vector can be taken for a current one.
CREATE SEQUENCE item_revisions;

CREATE TABLE items (
    -- "C": ties of scores are broken by code point, in SQL as in Python.
    item_id       text COLLATE "C" PRIMARY KEY,
    revision      bigint NOT NULL DEFAULT nextval('item_revisions'),
    clothes       jsonb NOT NULL DEFAULT '{}',
    reinforced    jsonb NOT NULL DEFAULT '{}',
    metadata      jsonb NOT NULL DEFAULT '{}',
    image         text,
    variant_group text,
    search_text   tsvector NOT NULL DEFAULT '',
    updated_at    timestamptz NOT NULL DEFAULT now()
);

-- fastupdate off: a list of pending entries would be read through by every search.
CREATE INDEX items_clothes ON items USING gin (clothes jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX items_metadata ON items USING gin (metadata jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX items_search_text ON items USING gin (search_text) WITH (fastupdate = off);
CREATE INDEX items_variant_group ON items (variant_group) WHERE variant_group IS NOT NULL;
