-- The last sample of each index's recall: taken by one replica of the API, told by all of them.

CREATE TABLE index_recall (
    generation  text COLLATE "C" PRIMARY KEY REFERENCES generations ON DELETE CASCADE,
    -- Share of the nearest by exact search that searches found.
    recall      double precision NOT NULL CHECK (recall BETWEEN 0 AND 1),
    num_queries integer NOT NULL CHECK (num_queries > 0),
    sampled_at  timestamptz NOT NULL DEFAULT now()
);
