-- What the last catalogue held: its items' digests, and the revisions that they were written as. The
-- next catalogue is compared with it, so that the work is that of what differs; items that are not
-- here were written through the API, and no catalogue removes them.

CREATE TABLE catalogue_items (
    item_id  text COLLATE "C" PRIMARY KEY REFERENCES items ON DELETE CASCADE,
    digest   bytea NOT NULL,
    revision bigint NOT NULL
);
