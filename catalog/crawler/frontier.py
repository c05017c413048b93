"""Every address that a crawl knows, what became of it, and what was found: one SQLite file.

A page is waiting until its outcome is written, in one transaction with the links and products that
it gave. Killed at any moment, the crawl goes on with what waits: only pages that were under way are
asked for again, and nothing is found twice.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog.crawler.state_file import Transaction, state_errors
from catalog.crawler.urls import Address, host_of
from catalog.crawler.visit import Found, Kind, Page

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS pages (
  number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, host TEXT NOT NULL,
  kind INTEGER NOT NULL, depth INTEGER NOT NULL, hops INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0, outcome TEXT, note TEXT);
CREATE INDEX IF NOT EXISTS waiting ON pages (host, kind, attempts, depth, number)
  WHERE outcome IS NULL;
CREATE TABLE IF NOT EXISTS hosts (host TEXT PRIMARY KEY, ready_at REAL NOT NULL DEFAULT 0,
  known INTEGER NOT NULL DEFAULT 0, asked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS robots (origin TEXT PRIMARY KEY, text TEXT);
CREATE TABLE IF NOT EXISTS products (page INTEGER NOT NULL, position INTEGER NOT NULL,
  rank INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY (page, position));
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS pictures (key TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS moved_pictures (key TEXT PRIMARY KEY, target TEXT NOT NULL);
"""
_MAX_STEPS = 10
_OF_ONE_CRAWL = ("meta", "pages", "hosts", "robots", "products", "counters")


class Frontier:
    """The state of one crawl."""

    def __init__(self, path: Path, *, max_pages: int, max_depth: int) -> None:
        """Open the state at `path`, or begin it; `max_pages` are asked of one host."""
        self._path = path
        with state_errors(path):
            self._database = sqlite3.connect(path, isolation_level=None)
            # Written to the system at every page, so that killing the process loses nothing. Held
            # alone it shares no memory with others, which a volume on the network could not do.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.executescript(f"PRAGMA journal_mode = WAL; {_TABLES}")
            self._database.execute("PRAGMA synchronous = NORMAL")
        self._max_pages = max_pages
        self._max_depth = max_depth

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def meta(self, name: str) -> str | None:
        """What is noted under a name."""
        value: str | None = self._one("SELECT value FROM meta WHERE name = ?", name)
        return value

    def set_meta(self, name: str, value: str) -> None:
        """Note something."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)

    def begin(self, start: Iterable[Address], *, forget_pictures: Iterable[str] = ()) -> None:
        """Drop all but the pictures, and enter the start pages.

        Args:
            start: where to begin; one may be a sitemap.
            forget_pictures: keys of addresses whose pictures are fetched again.
        """
        with self._transaction():
            for table in _OF_ONE_CRAWL:
                self._run(f"DELETE FROM {table}")  # noqa: S608 - our own names
            for key in forget_pictures:
                self._run("DELETE FROM pictures WHERE key = ?", key)
            for address in start:
                is_sitemap = urlsplit(address.url).path.endswith((".xml", ".xml.gz"))
                kind = Kind.SITEMAP if is_sitemap else Kind.PAGE
                self._add(kind, address, depth=0, hops=0)

    def ask_robots_again(self) -> None:
        """What robots.txt said is too old."""
        with self._transaction():
            self._run("DELETE FROM robots")
            self._run("UPDATE pages SET outcome = NULL, attempts = 0 WHERE kind = 0")

    def next_page(self, host: str) -> Page | None:
        """What this host is asked for next."""
        if self._asked(host) >= self._max_pages:
            self._run(
                "UPDATE pages SET outcome = 'page limit' "
                "WHERE host = ? AND outcome IS NULL AND kind IN (1, 2)",
                host,
            )
        row = self._database.execute(
            "SELECT number, key, url, kind, depth, hops, attempts FROM pages "
            "WHERE outcome IS NULL AND host = ? ORDER BY kind, attempts, depth, number LIMIT 1",
            (host,),
        ).fetchone()
        if row is None:
            return None
        number, key, url, kind, depth, hops, attempts = row
        address = Address(key=key, url=url)
        return Page(
            number=number,
            address=address,
            kind=Kind(kind),
            depth=depth,
            hops=hops,
            attempts=attempts,
        )

    def has_waiting(self) -> bool:
        """Whether anything is still to be asked for."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM pages WHERE outcome IS NULL)"))

    def asking(self, page: Page, ready_at: float) -> None:
        """A page is about to be asked for; its host may be asked again at `ready_at`, by time()."""
        counted = page.kind in (Kind.SITEMAP, Kind.PAGE) and page.attempts == 0
        self._run(
            "INSERT INTO hosts (host, ready_at, asked) VALUES (?, ?, ?) ON CONFLICT (host) "
            "DO UPDATE SET ready_at = excluded.ready_at, asked = asked + excluded.asked",
            *(page.address.host, ready_at, int(counted)),
        )

    def ready(self) -> dict[str, float]:
        """When each host may be asked again, as it was noted last."""
        return dict(self._database.execute("SELECT host, ready_at FROM hosts"))

    def pause(self, host: str, ready_at: float) -> None:
        """A host asks to be left alone until `ready_at`, by time()."""
        self._run("UPDATE hosts SET ready_at = ? WHERE host = ?", ready_at, host)

    def done(self, page: Page, found: Found) -> None:
        """Write what became of a page, and all that it gave."""
        with self._transaction():
            self._run(
                "UPDATE pages SET outcome = ?, note = ? WHERE number = ?",
                *(found.outcome, found.note, page.number),
            )
            if page.kind is Kind.PICTURE:
                self._note_picture(page.address.key, found)
            for kind, address in found.links:
                deeper = 0 if kind is Kind.PICTURE else found.deeper
                self._add(kind, address, depth=page.depth + deeper, hops=found.hops)
            for position, (rank, row) in enumerate(found.products):
                text = json.dumps(row, ensure_ascii=False)
                self._run(
                    "INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?)",
                    *(page.number, position, rank, text),
                )
            for name, count in found.counts.items():
                self._count(name, count)

    def robots_read(self, page: Page, origin: str, text: str | None, found: Found) -> None:
        """Write what a robots.txt says; None where its server could not tell."""
        self._run("INSERT OR REPLACE INTO robots VALUES (?, ?)", origin, text)
        self.done(page, found)

    def robots(self) -> dict[str, str | None]:
        """What is known of robots.txt, by origin."""
        return dict(self._database.execute("SELECT origin, text FROM robots"))

    def again(self, page: Page) -> None:
        """A page is to be asked for once more, after the others."""
        self._run("UPDATE pages SET attempts = attempts + 1 WHERE number = ?", page.number)

    def move(self, page: Page, url: str) -> None:
        """A robots.txt is somewhere else on its host."""
        self._run(
            "UPDATE pages SET url = ?, host = ?, hops = hops + 1 WHERE number = ?",
            *(url, host_of(url), page.number),
        )

    def leads_back(self, target: Address, page: Page) -> bool:
        """Whether the redirects from `target` on lead to `page`."""
        key = target.key
        for _ in range(_MAX_STEPS):
            if key == page.address.key:
                return True
            key = self._led_to(key)
        return False

    def _led_to(self, key: str) -> str:
        query = "SELECT note FROM pages WHERE outcome = 'redirected' AND key = ?"
        return self._one(query, key) or ""

    def _note_picture(self, key: str, found: Found) -> None:
        """Keep what outlives this crawl: what was stored, and where a picture has moved to."""
        if found.outcome == "picture":
            self._run("INSERT OR REPLACE INTO pictures VALUES (?, ?)", key, found.note)
        elif found.outcome == "redirected":
            self._run("INSERT OR REPLACE INTO moved_pictures VALUES (?, ?)", key, found.note)

    def picture(self, key: str) -> str | None:
        """The name of what was stored of a picture, by the key of its address."""
        for _ in range(_MAX_STEPS):
            if name := self._one("SELECT name FROM pictures WHERE key = ?", key):
                return str(name)
            key = self._one("SELECT target FROM moved_pictures WHERE key = ?", key) or ""
        return None

    def pictures(self) -> dict[str, str]:
        """What is stored of pictures, by the key of their address."""
        return dict(self._database.execute("SELECT key, name FROM pictures"))

    def products(self) -> Iterator[dict[str, Any]]:
        """Rows of all pages, the surest first, then in the order in which they were found."""
        query = "SELECT row FROM products ORDER BY rank, page, position"
        for (text,) in self._database.execute(query):
            yield json.loads(text)

    def outcomes(self) -> dict[str, int]:
        """How many addresses came to which end, without robots.txt."""
        query = (
            "SELECT outcome, count(*) FROM pages WHERE outcome IS NOT NULL AND kind > 0 "
            "GROUP BY outcome ORDER BY outcome"
        )
        return dict(self._database.execute(query))

    def counters(self) -> dict[str, int]:
        """What else was counted."""
        return dict(self._database.execute("SELECT name, count FROM counters ORDER BY name"))

    def _add(self, kind: Kind, address: Address, *, depth: int, hops: int) -> None:
        """Enter an address that is new, and before it the robots.txt of its origin."""
        if kind is Kind.PAGE and depth > self._max_depth:
            return self._count("links too deep", 1)
        # Ten times what is asked for is enough to choose from, and keeps traps from filling disks.
        is_page = kind is not Kind.PICTURE
        if is_page and self._known(address.host) >= 10 * self._max_pages:
            return self._count("links over the limit", 1)
        robots = Address(key=f"robots:{address.origin}", url=f"{address.origin}/robots.txt")
        self._insert(Kind.ROBOTS, robots, 0, 0)
        if self._insert(kind, address, depth, hops) and is_page:
            self._run(
                "INSERT INTO hosts (host, known) VALUES (?, 1) "
                "ON CONFLICT (host) DO UPDATE SET known = known + 1",
                address.host,
            )
        return None

    def _insert(self, kind: Kind, address: Address, depth: int, hops: int) -> bool:
        done = self._run(
            "INSERT OR IGNORE INTO pages (key, url, host, kind, depth, hops) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            *(address.key, address.url, address.host, int(kind), depth, hops),
        )
        return done.rowcount > 0

    def _known(self, host: str) -> int:
        return self._one("SELECT known FROM hosts WHERE host = ?", host) or 0

    def _asked(self, host: str) -> int:
        return self._one("SELECT asked FROM hosts WHERE host = ?", host) or 0

    def _count(self, name: str, count: int) -> None:
        self._run(
            "INSERT INTO counters VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET count = count + excluded.count",
            *(name, count),
        )

    def _run(self, query: str, *values: object) -> sqlite3.Cursor:
        with state_errors(self._path):
            return self._database.execute(query, values)

    def _one(self, query: str, *values: object) -> Any:
        row = self._database.execute(query, values).fetchone()
        return row[0] if row else None

    def _transaction(self) -> Transaction:
        return Transaction(self._database, self._path)
