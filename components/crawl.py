"""KFP component `crawl`: a shop's pages become a catalogue that `ingest` takes."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def crawl(
    start: list[str],
    contact: str,
    image_hosts: list[str],
    private_hosts: list[str],
    delay_s: float,
    max_pages: int,
    crawled: dsl.Output[dsl.Metrics],
) -> str:
    """Crawl a shop; a step that is killed and tried again goes on where it was.

    1. `python -m catalog crawl` keeps its state, and the catalogue with its pictures, below
       MODISTE_WORK, which all steps share. The catalogue appears whole or not at all.
    2. What it counted becomes metrics.

    A shop changes without its address changing: a pipeline turns caching off for this step.

    Args:
        start: addresses to begin with; pages of their hosts are asked for, and no others.
        contact: address on the web or e-mail for whoever runs the shop.
        image_hosts: hosts that pictures may come from besides the shop's own.
        private_hosts: host names that may lie at private addresses.
        delay_s: seconds between requests to a host; robots.txt may ask for more.
        max_pages: pages that are asked of one host.
        crawled: products, pictures, addresses.

    Returns:
        The catalogue's path.
    """
    import hashlib
    import json

    from components.command import run_json
    from components.work import work_folder

    digest = hashlib.sha256(json.dumps(sorted(start)).encode()).hexdigest()[:16]
    catalogue = work_folder("crawl", digest) / "shop.jsonl"
    arguments = [*start, "--out", catalogue, "--contact", contact, "--json"]
    arguments += ["--delay", delay_s, "--max-pages", max_pages]
    for option, hosts in (("--image-host", image_hosts), ("--allow-private", private_hosts)):
        arguments += [text for host in hosts for text in (option, host)]
    done = run_json("catalog", "crawl", *arguments)
    print(f"crawl: {done['products']} products, outcomes {done['outcomes']}")
    for name in ("products", "pictures", "addresses", "seconds"):
        crawled.log_metric(name, done[name])
    return str(catalogue)
