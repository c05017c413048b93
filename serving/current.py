"""The generation in use, remembered, and work that is tried again when it has moved on.

A generation never changes once it is made, only which one is in use does. So its schema is kept
between requests, and the store says with `Conflict` when what is kept is no longer in use: a
recommendation costs no extra statement to learn the generation.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from catalog.item import Item
from serving.admission import Admission
from serving.errors import Conflict, GenerationChanged, InvalidRequest, NotFound, Unavailable
from serving.protocols import Embedder, EmbeddingFailure, GenerationInUse, Store, Vector

MAX_ATTEMPTS = 3
"""How often one piece of work is tried before its conflict is told to the caller."""

Result = TypeVar("Result")


class CurrentGeneration:
    """Runs work under the generation in use."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        admission: Admission,
        *,
        observe: Callable[[str], None] | None = None,
    ) -> None:
        """Nothing is known yet.

        Args:
            store: says which generation is in use.
            embedder: of items.
            admission: gives each piece of work its turn.
            observe: told the generation in use whenever the store was asked for it.
        """
        self._store = store
        self._embedder = embedder
        self._admission = admission
        self._observe = observe or (lambda generation: None)
        self._known: GenerationInUse | None = None

    async def refresh(self) -> GenerationInUse:
        """Ask the store which generation is in use.

        Raises:
            Unavailable: none is, or the database does not answer.
        """
        self._known = await self._store.in_use()
        self._observe(self._known.generation)
        return self._known

    async def run(self, work: Callable[[GenerationInUse], Awaitable[Result]]) -> Result:
        """Do work in its turn, under the generation in use, and again if that moved on.

        A conflict, and any refusal that an outdated schema may have caused, is looked at again
        under the generation that the store names then.

        Raises:
            Conflict: it kept moving for `MAX_ATTEMPTS` attempts.
            Overloaded: its turn did not come.
        """
        async with self._admission.turn():
            return await self._run(work)

    async def _run(self, work: Callable[[GenerationInUse], Awaitable[Result]]) -> Result:
        generation = self._known or await self.refresh()
        for _ in range(MAX_ATTEMPTS - 1):
            try:
                return await work(generation)
            except (Conflict, InvalidRequest, NotFound) as error:
                fresh = await self.refresh()
                if not isinstance(error, Conflict) and is_same(fresh, generation):
                    raise
                generation = fresh
        return await work(generation)

    async def embed(
        self, items: Sequence[Item], generation: GenerationInUse
    ) -> list[Vector | EmbeddingFailure]:
        """One vector or failure an item, by the generation given.

        Raises:
            GenerationChanged: its Triton is gone because another generation, or another address,
                is in use by now; `run` tries again.
            Unavailable: its Triton does not answer.
        """
        try:
            return await self._embedder.embed(items, generation)
        except Unavailable as error:
            if is_same(await self.refresh(), generation):
                raise
            raise GenerationChanged(
                f"generation {generation.generation} stopped answering because it was replaced; "
                "send the request again"
            ) from error


def is_same(one: GenerationInUse, other: GenerationInUse) -> bool:
    """Whether two looks at the generation in use saw the same one at the same address."""
    return (one.generation, one.endpoint) == (other.generation, other.endpoint)
