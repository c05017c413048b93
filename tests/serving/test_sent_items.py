"""A picture comes by its key; an address is refused by name, and nobody goes there."""

import socket
import threading
from collections.abc import Iterator

import pytest

from catalog.item import Item, ItemError
from catalog.schema import default_schema
from serving.protocols import EmbeddingFailure
from serving.sent_items import refused_field, sent_item
from tests.serving.conftest import Shop

ADDRESSES = [
    "http://169.254.169.254/latest/meta-data/",
    "https://shop.example/images/1.jpg",
    "//169.254.169.254/images/1.jpg",
    "file:///etc/passwd",
    "s3://other/images/1.jpg",
    "data:image/png;base64,AAAA",
    "HTTP:/images/1.jpg",
    "images/http://169.254.169.254/",
    "/images/1.jpg",
    "images/../models/g0001/manifest.json",
    "images/..",
    "images//1.jpg",
    "images/",
    "images",
    "images/1.jpg?x=http://169.254.169.254",
    "images/%2e%2e/1.jpg",
    "images\\1.jpg",
    "images/1.jpg\n",
    "models/g0001/manifest.json",
]


@pytest.mark.parametrize("image", ADDRESSES)
def test_what_is_no_key_is_refused_by_name(image: str) -> None:
    with pytest.raises(ItemError) as caught:
        sent_item({"item_id": "a", "image": image}, default_schema())
    assert caught.value.field == "image"
    assert str(caught.value).startswith("image: expected the key of a picture in the object store")


@pytest.mark.parametrize(
    "image", [f"images/{'0' * 64}.jpg", "images/sku-1.jpg", "images/ü.jpg", "images/a/b/..c.jpg"]
)
def test_a_key_is_taken_as_it_is(image: str) -> None:
    assert sent_item({"item_id": "a", "image": image}, default_schema()).image == image


@pytest.mark.parametrize("image", [None, ""])
def test_no_picture_is_fine(image: object) -> None:
    assert sent_item({"item_id": "a", "image": image}, default_schema()).image is None


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("clothes.fit: a: too many, got 9", ("clothes.fit: a", "too many, got 9")),
        ("clothes.fit: too many, got 9", ("clothes.fit", "too many, got 9")),
        ("reinforced_feature_value.*: odd", ("reinforced_feature_value.*", "odd")),
        ("item: at most 1,048,576 bytes", ("item", "at most 1,048,576 bytes")),
        ("clothes.other: unknown field", ("item", "clothes.other: unknown field")),
    ],
)
def test_what_the_encoder_refuses_is_told_by_field(reason: str, expected: tuple[str, str]) -> None:
    clothes = {"fit": ("x",), "fit: a": ("y",)}
    item = Item(item_id="a", clothes=clothes, reinforced={"*": ("z",)})
    assert refused_field(item, EmbeddingFailure(reason=reason)) == expected


@pytest.fixture
def address() -> Iterator[str]:
    """An address on this machine where somebody listens, and nobody may have come by the end."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                connection, _ = server.accept()
                with connection:
                    data = connection.recv(1000)
                    if data == b"stop":
                        return
                    came.append(data)

        thread = threading.Thread(target=take)
        thread.start()
        host, port = server.getsockname()
        yield f"http://{host}:{port}/images/1.jpg"
        with socket.create_connection((host, port)) as connection:
            connection.sendall(b"stop")
        thread.join()
    assert came == []


async def test_no_route_goes_to_an_address_that_an_item_names(shop: Shop, address: str) -> None:
    item = {"item_id": "new-1", "clothes": {"color": "Black"}, "image": address}
    asked = {
        "/v1/items": (item, "image"),
        "/v1/embed": ({"items": [item]}, "image"),
        "/v1/search": ({"query": {"item": item}}, "query.item.image"),
        "/v1/recommend": ({"positive": [item]}, "positive.0.image"),
    }
    for path, (body, field) in asked.items():
        problem = (await shop.post(path, body)).json()
        assert (problem["status"], problem["field"]) == (422, field), path
        assert address in problem["got"]
        assert "pictures are not fetched from addresses" in problem["detail"]
    assert "new-1" not in shop.store.items
