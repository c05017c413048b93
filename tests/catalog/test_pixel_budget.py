"""How many pixels are decoded at a time."""

import threading

from catalog.pixel_budget import PixelBudget


def test_pictures_wait_until_there_is_room_and_a_huge_one_until_it_is_alone() -> None:
    budget = PixelBudget(10)
    inside: set[int] = set()
    most: list[int] = []
    lock = threading.Lock()

    def decode(num_pixels: int) -> None:
        for _ in range(200):
            with budget.hold(num_pixels):
                with lock:
                    inside.add(threading.get_ident())
                    most.append(num_pixels if len(inside) > 1 else 0)
                with lock:
                    inside.discard(threading.get_ident())

    threads = [threading.Thread(target=decode, args=(pixels,)) for pixels in (3, 4, 25, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 800
    assert 25 not in most
