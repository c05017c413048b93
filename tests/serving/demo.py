"""The application over in-memory parts and some sixty drawn items, to look at the page.

    python -m tests.serving.demo [--port 8090] [--items 60]

No database, no Triton, nothing written to disk.
"""

import argparse
import asyncio
import hashlib
import io
import random
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI
from PIL import Image, ImageDraw

from catalog.item import Item
from catalog.schema import default_schema
from serving.api.app import create_app
from serving.protocols import EmbeddingFailure, Vector
from serving.settings import Settings
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use

_INK = {"White": "#f4f2ee", "Gray": "#8a8d91", "Brown": "#7a5230", "Pink": "#ef9ab4"}
_BRANDS = ("Haneul", "Northline", "Atelier Seo", "Plain & Co")


def demo_items(num_items: int = 60) -> Iterator[Item]:
    """Plausible items of the default schema, the same ones every time; images not drawn yet."""
    schema, draw = default_schema(), random.Random(0)
    for number in range(num_items):
        category = draw.choice(schema.standard["category"])
        color = draw.choice(schema.standard["color"])
        kind = category.rsplit("_", 1)[-1].lstrip("0123456789")
        yield Item(
            item_id=f"demo-{number:03d}",
            clothes={
                "category": (category,),
                "color": (color,),
                "season": (draw.choice(schema.standard["season"]),),
                "gender": (draw.choice(schema.standard["gender"]),),
            },
            reinforced={
                "category": (f"{color.lower()} {kind}",),
                "specification.metadata": (draw.choice(["slim fit", "oversized", "편한 핏"]),),
            },
            variant_group=f"group-{number // 3:02d}",
            metadata={
                "brand": draw.choice(_BRANDS),
                "name": f"{color} {kind}",
                "price": draw.randrange(15, 190) * 1000,
                "currency": "KRW",
                "in_stock": draw.random() < 0.8,
            },
        )


def demo_app(num_items: int = 60) -> FastAPI:
    """The application, filled."""
    generation = generation_in_use()
    store, embedder, objects = FakeStore(generation), FakeEmbedder(), FakeObjects()
    items = [_pictured(item, objects) for item in demo_items(num_items)]
    made = asyncio.run(embedder.embed(items, generation))
    vectors: list[Vector] = [v for v in made if not isinstance(v, EmbeddingFailure)]
    asyncio.run(store.upsert(items, vectors, generation.generation))
    settings = Settings(database_url="postgresql://demo", objects_uri="file:///demo")
    return create_app(settings, store, embedder, objects)


def _pictured(item: Item, objects: FakeObjects) -> Item:
    """The item with a drawn picture, which is put into the objects."""
    data = _picture(item.clothes["category"][0], item.clothes["color"][0])
    key = f"images/{hashlib.sha256(data).hexdigest()}.jpg"
    objects.blobs[key] = data
    return Item(
        item_id=item.item_id,
        clothes=item.clothes,
        reinforced=item.reinforced,
        image=key,
        variant_group=item.variant_group,
        metadata=item.metadata,
    )


def _picture(category: str, color: str) -> bytes:
    image = Image.new("RGB", (300, 400), "#e9e6e1")
    draw = ImageDraw.Draw(image)
    ink = _INK.get(color, _known(color))
    if category.startswith(("01outer", "02top")):
        draw.polygon([(90, 90), (30, 200), (70, 220), (100, 160)], fill=ink)
        draw.polygon([(210, 90), (270, 200), (230, 220), (200, 160)], fill=ink)
        draw.rectangle((90, 90, 210, 330 if "outer" in category else 280), fill=ink)
    elif "skirt" in category or "onepiece" in category:
        draw.polygon([(110, 90), (190, 90), (250, 340), (50, 340)], fill=ink)
    else:
        draw.polygon([(100, 70), (200, 70), (220, 350), (165, 350), (150, 150)], fill=ink)
        draw.polygon([(100, 70), (150, 150), (135, 350), (80, 350)], fill=ink)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _known(color: str) -> str:
    """The colour as Pillow knows it, or a middle tone."""
    from PIL import ImageColor

    try:
        ImageColor.getrgb(color)
    except ValueError:
        return "#b08d6a"
    return color


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the page over in-memory parts.")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--items", type=int, default=60)
    arguments = parser.parse_args()
    print(f"http://127.0.0.1:{arguments.port}/  (Ctrl-C ends it)", flush=True)
    uvicorn.run(demo_app(arguments.items), port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
