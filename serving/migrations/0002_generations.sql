-- Generations: what belongs together, from data to vectors. Each has a table vectors_<generation>
-- (item_id, revision, embedding), made when it is indexed and dropped when it is retired.

CREATE TABLE generations (
    generation  text COLLATE "C" PRIMARY KEY CHECK (generation ~ '^g[0-9]{4,9}$'),
    fingerprint text NOT NULL UNIQUE,
    state       text NOT NULL DEFAULT 'building'
                CHECK (state IN ('building', 'staged', 'published', 'indexed', 'retired', 'refused')),
    dimension   integer CHECK (dimension BETWEEN 1 AND 4000),
    -- json, not jsonb: the order of its fields numbers them, and is part of its digest.
    schema      json,
    bundle_uri  text,
    manifest    jsonb,
    metrics     jsonb,
    endpoint    text,
    -- Candidates its HNSW scans keep: measured when it is indexed, so that recall is what we promise.
    ef_search   integer NOT NULL DEFAULT 200 CHECK (ef_search BETWEEN 1 AND 1000),
    reason      text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (state IN ('building', 'refused')
           OR (dimension IS NOT NULL AND schema IS NOT NULL AND bundle_uri IS NOT NULL))
);

-- One row at most: the generation that answers, and the one a rollback goes to.
CREATE TABLE generation_in_use (
    is_only     boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    generation  text COLLATE "C" NOT NULL REFERENCES generations,
    previous    text COLLATE "C" REFERENCES generations CHECK (previous <> generation),
    switched_at timestamptz NOT NULL DEFAULT now()
);

-- Items that a generation's encoder refused, at the revision it refused: known, and not tried again
-- until they change.
CREATE TABLE embedding_failures (
    generation text COLLATE "C" NOT NULL REFERENCES generations ON DELETE CASCADE,
    item_id    text COLLATE "C" NOT NULL REFERENCES items ON DELETE CASCADE,
    revision   bigint NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (generation, item_id)
);
CREATE INDEX embedding_failures_item ON embedding_failures (item_id);
