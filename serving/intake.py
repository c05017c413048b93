"""Items that come in: checked, embedded and written, each with a result of its own.

An item counts as accepted once it is committed together with its vector. One bad item loses none
of its neighbours. When an id comes twice the later one stays, as if they had come one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.item import Item, ItemError
from serving.current import CurrentGeneration
from serving.protocols import EmbeddingFailure, GenerationInUse, Store, Vector
from serving.sent_items import refused_field, sent_item


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why one item was not taken."""

    index: int
    """Its place in the batch, from 0."""
    field: str
    """Path of the offending field, or `item`."""
    reason: str
    """What is wrong and what to do."""
    item_id: str | None = None
    """Its id, where it has a readable one."""
    got: str | None = None
    """What stood in the field, shortened."""
    allowed: tuple[str, ...] = ()
    """What would have been taken, where it can be listed."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of a batch."""

    generation: str
    num_accepted: int
    """Items committed with their vectors."""
    num_changed: int
    """Of these, stored items that are new or differ from what was there."""
    faults: tuple[Fault, ...]
    """The others, in order."""


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """The vectors of a batch."""

    generation: str
    vectors: tuple[Vector | None, ...]
    """float32 [D], unit length; None for an item that has a fault."""
    faults: tuple[Fault, ...]


class Intake:
    """Embeds and writes items under the generation in use."""

    def __init__(self, store: Store, current: CurrentGeneration) -> None:
        self._store = store
        self._current = current

    async def embed(self, records: Sequence[object]) -> Embedded:
        """Vectors of decoded items; ids are not needed.

        Raises:
            Unavailable: the generation's Triton does not answer.
        """

        async def attempt(generation: GenerationInUse) -> Embedded:
            items, faults = _checked(records, generation, require_id=False)
            vectors = await self._vectors(items, faults, generation)
            return Embedded(
                generation=generation.generation,
                vectors=tuple(vectors.get(index) for index in range(len(records))),
                faults=_in_order(faults),
            )

        return await self._current.run(attempt)

    async def write(self, records: Sequence[object]) -> Written:
        """Commit decoded items with their vectors, in one transaction.

        Args:
            records: at most `serving.protocols.MAX_BATCH`.

        Raises:
            Conflict: the generation in use kept changing.
            Unavailable: the database or Triton does not answer; nothing was written.
        """

        async def attempt(generation: GenerationInUse) -> Written:
            items, faults = _checked(records, generation, require_id=True)
            vectors = await self._vectors(items, faults, generation)
            last = {items[index].item_id: index for index in vectors}
            num_changed = 0
            if last:
                upserted = await self._store.upsert(
                    [items[index] for index in last.values()],
                    [vectors[index] for index in last.values()],
                    generation.generation,
                )
                num_changed = upserted.num_changed
            return Written(
                generation=generation.generation,
                num_accepted=len(vectors),
                num_changed=num_changed,
                faults=_in_order(faults),
            )

        return await self._current.run(attempt)

    async def _vectors(
        self, items: dict[int, Item], faults: list[Fault], generation: GenerationInUse
    ) -> dict[int, Vector]:
        """Vectors by index; what the encoder refuses is added to the faults."""
        if not items:
            return {}
        made = await self._current.embed(list(items.values()), generation)
        vectors = {}
        for (index, item), vector in zip(items.items(), made, strict=True):
            if isinstance(vector, EmbeddingFailure):
                field, reason = refused_field(item, vector)
                item_id = item.item_id or None
                faults.append(Fault(index=index, field=field, reason=reason, item_id=item_id))
            else:
                vectors[index] = vector
        return vectors


def _checked(
    records: Sequence[object], generation: GenerationInUse, *, require_id: bool
) -> tuple[dict[int, Item], list[Fault]]:
    """Good items by index, and the faults of the others."""
    items: dict[int, Item] = {}
    faults: list[Fault] = []
    for index, record in enumerate(records):
        try:
            items[index] = sent_item(record, generation.schema, require_id=require_id)
        except ItemError as error:
            faults.append(_fault(index, record, error))
    return items, faults


def _fault(index: int, record: object, error: ItemError) -> Fault:
    item_id = record.get("item_id") if isinstance(record, dict) else None
    return Fault(
        index=index,
        field=error.field,
        reason=error.reason,
        item_id=item_id[:256] if isinstance(item_id, str) else None,
        got=error.got,
        allowed=error.allowed,
    )


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.index))
