"""What must be there before a request can be answered, looked at in the order of need."""

from serving.current import CurrentGeneration
from serving.protocols import Embedder, Store


async def check_readiness(current: CurrentGeneration, store: Store, embedder: Embedder) -> str:
    """The generation in use, if it can answer.

    Looked at: PostgreSQL answers, is migrated and has a pgvector that is new enough; a generation
    is in use; its Triton answers an item with a vector of that generation.

    Raises:
        Unavailable: the first part that is missing, with the remedy.
    """
    await store.ping()
    generation = await current.refresh()
    await embedder.check(generation)
    return generation.generation
