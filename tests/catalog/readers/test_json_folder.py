"""A folder of JSON documents: which files are read, in what order, and what a fault says."""

import json
import unicodedata

from catalog.item import Item
from tests.catalog.conftest import DrawPicture, Shop
from tests.catalog.layouts.k_fashion_files import BLOUSE, JEANS, annotation


def ids(items: list[Item]) -> list[str]:
    return [item.item_id for item in items]


def test_annotations_below_a_folder_become_items_with_their_photos(
    shop: Shop, draw: DrawPicture
) -> None:
    shop.write("로맨틱/IMG_2.json", annotation(2, {"상의": BLOUSE, "하의": JEANS}))
    shop.write("레트로/IMG_1.json", annotation(1, {"하의": JEANS}))
    shop.write("photos/로맨틱/IMG_2.jpg", draw())
    outcome = shop.ingest_with_pictures("")
    assert ids(outcome.items) == ["1-하의", "2-상의", "2-하의"]
    assert [bool(item.image) for item in outcome.items] == [False, True, True]
    assert outcome.summary["read_as"] == {"format": "json folder", "files": "2"}
    assert outcome.rejects == []


def test_the_same_photos_as_json_lines_of_items_give_the_same_items(shop: Shop) -> None:
    shop.write("a/IMG_1.json", annotation(1, {"하의": JEANS}))
    shop.write("a/IMG_2.json", annotation(2, {"상의": BLOUSE}))
    folder = shop.ingest("a", out="folder").items
    shop.write("items.jsonl", [item.to_json() for item in folder])
    assert shop.ingest("items.jsonl", out="lines").items == folder


def test_one_annotation_is_read_as_many_are(shop: Shop) -> None:
    shop.write("one/IMG_1.json", annotation(1, {"하의": JEANS}))
    shop.write("two/IMG_1.json", annotation(1, {"하의": JEANS}))
    shop.write("two/below/IMG_2.json", annotation(2, {"상의": BLOUSE}))
    assert ids(shop.ingest("one").items) == ["1-하의"]
    assert ids(shop.ingest("one/IMG_1.json").items) == ["1-하의"]
    assert ids(shop.ingest("two").items) == ["1-하의", "2-상의"]


def test_a_list_of_items_is_a_table_whatever_lies_below_it(shop: Shop) -> None:
    items = [{"item_id": f"sku-{n}", "clothes": {"color": "Black"}} for n in range(3)]
    lines = "".join(json.dumps(item) + "\n" for item in items)
    for name, content in (("list", json.dumps(items)), ("lines", lines)):
        shop.write(f"{name}/shop.json", content)
        shop.write(f"{name}/pictures/about.json", "{}")
        assert ids(shop.ingest(name, out=f"{name}-out").items) == ["sku-0", "sku-1", "sku-2"]


def test_documents_at_the_top_and_below_are_all_read(shop: Shop) -> None:
    for place in ("1.json", "below/2.json"):
        shop.write(place, {"item_id": place, "clothes": {"color": "Black"}})
    assert ids(shop.ingest("").items) == ["1.json", "below/2.json"]


def test_annotations_in_one_file_are_refused_with_the_remedy(shop: Shop) -> None:
    both = [annotation(1, {"하의": JEANS}), annotation(2, {"상의": BLOUSE})]
    for name, content in (("a.jsonl", both), ("b.json", json.dumps(both, ensure_ascii=False))):
        shop.write(f"shop/{name}", content)
        outcome = shop.ingest(f"shop/{name}")
        assert outcome.code == 2
        assert "expected one K-Fashion annotation a file, got several" in outcome.error


def test_annotations_of_other_spellings_and_encodings_are_read(shop: Shop) -> None:
    other = annotation(1, {"하의": JEANS})
    other["데이터셋 정보"]["데이터셋 상세설명"]["라벨링"]["아우터"] = None
    text = json.dumps(other, ensure_ascii=False).replace("IMG_1.jpg", "img_1.JPG")
    shop.write("k/1.JSON", text.encode("cp949"))
    shop.write("k/2.json", unicodedata.normalize("NFC", json.dumps(annotation(2, {"하의": JEANS}))))
    outcome = shop.ingest("k")
    assert ids(outcome.items) == ["1-하의", "2-하의"]
    assert outcome.items[0].clothes == outcome.items[1].clothes


def test_documents_that_are_items_are_read_as_items(shop: Shop) -> None:
    for number in (1, 2):
        shop.write(f"{number}.json", {"item_id": f"sku-{number}", "clothes": {"color": "Black"}})
    assert ids(shop.ingest("").items) == ["sku-1", "sku-2"]


def test_a_broken_document_is_set_aside_with_its_file_and_loses_no_other(shop: Shop) -> None:
    for number in range(60):
        shop.write(f"{number:02}.json", annotation(number, {"하의": JEANS}))
    shop.write("60.json", "{broken")
    shop.write("61.json", annotation(61, {}))
    shop.write("62.json", b"\xff\xfe\xff")
    shop.write("63.json", "[" * 100_000)
    outcome = shop.ingest("", "--max-reject-share", "0.2")
    assert outcome.summary["kept"] == 60
    faults = {reject["value"].strip("'"): reject["reason"] for reject in outcome.rejects}
    assert set(faults) == {"60.json", "61.json", "62.json", "63.json"}
    assert "not JSON" in faults["60.json"]
    assert "no garment is labelled" in faults["61.json"]
    assert faults["62.json"] == "neither UTF-8 nor CP949; save it as UTF-8"
    assert faults["63.json"] == ("nested more than 64 levels deep; write texts, or lists of texts")


def test_a_table_beside_json_files_is_the_catalogue(shop: Shop) -> None:
    shop.write("items.csv", "id,name,color\n1,shirt,Black\n2,skirt,Red\n")
    shop.write("notes.json", json.dumps({"a": 1}))
    assert ids(shop.ingest("").items) == ["1", "2"]


def test_items_are_not_written_among_the_documents(shop: Shop) -> None:
    for number in (1, 2):
        shop.write(f"{number}.json", annotation(number, {"하의": JEANS}))
    outcome = shop.ingest("", out="shop/items")
    assert outcome.code == 2
    assert "lies within the catalogue's folder; choose another place" in outcome.error
