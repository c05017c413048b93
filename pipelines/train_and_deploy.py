"""The main job: from a shop's catalogue to a generation that answers.

1. ingest: the catalogue becomes an items folder; pictures go to the object store.
2. train_item_tower: the generation gets its id, the tower and the head are trained.
3. evaluate: recall, agreement and baselines as metrics.json and a report.
4. export: ONNX, TorchScript, encoder and manifest become a bundle.
5. publish: the bundle is sent to the object store.
6. deploy: a Triton of its own serves it.
7. verify: that Triton is compared with PyTorch.
8. index: the items are embedded through it; the HNSW index is built.
9. promote: the gate; the generation answers unless it is worse than the one in use.
10. retire: generations that are over give their Tritons back.

Steps 6 to 10 stand under the condition `unless-refused-before`: running again with the same data
and settings as a generation that the gate refused ends where it ended the first time.

It is one pipeline for a laptop and a cluster: `train_item_tower`, `deploy` and `retire` look at
MODISTE_PLATFORM. What the steps get on a cluster is in `pipelines.on_kubernetes`.
"""

from kfp import dsl

from components.deploy import deploy
from components.evaluate import evaluate
from components.export import export
from components.index import index
from components.ingest import ingest
from components.promote import promote
from components.publish import publish
from components.retire import retire
from components.train_item_tower import train_item_tower
from components.verify import verify
from pipelines.on_kubernetes import on_kubernetes

MARGIN = 0.02
"""How much a metric may fall; the same as `serving.gate.MARGIN`, which needs no import here."""


@dsl.pipeline(name="train-and-deploy", display_name="Train and deploy")
def train_and_deploy(
    catalogue: str,
    schema: str = "",
    mapping: str = "",
    max_reject_share: float = 0.05,
    run_name: str = "default",
    settings: list[str] = [],  # noqa: B006 - KFP reads the default, nobody changes it
    margin: float = MARGIN,
    endpoint_timeout_s: float = 900.0,
    num_nodes: int = 1,
    gpus_per_node: int = 0,
    cpu_per_node: int = 4,
    memory_per_node: str = "8Gi",
    start_timeout_s: float = 1800.0,
    train_timeout_s: float = 86400.0,
    max_preemptions: int = 5,
) -> None:
    """From a shop's catalogue to a generation that answers.

    Args:
        catalogue: path of a CSV, JSON Lines or Parquet file, or of a folder that holds one.
        schema: path of a schema file; empty: the fields are found in the catalogue.
        mapping: path of a column mapping; empty: found in the catalogue.
        max_reject_share: share of rows that may be set aside, 0..1.
        run_name: the named training configuration, `default` or `smoke`.
        settings: changes to it, such as `epochs=10`.
        margin: how much each metric may fall against the generation in use, 0..1.
        endpoint_timeout_s: how long a Triton may take to serve the bundle, in seconds.
        num_nodes: nodes of the cluster that train together; 1 on a laptop.
        gpus_per_node: GPUs of each, a process on every one; 0: one process on the CPU.
        cpu_per_node: cores of each, on a cluster.
        memory_per_node: memory of each, such as `8Gi`, on a cluster.
        start_timeout_s: how long training may wait for its place and its image, in seconds.
        train_timeout_s: how long it may run at a stretch, in seconds.
        max_preemptions: how often it is submitted again after it was preempted or evicted.
    """
    ingested = ingest(
        catalogue=catalogue, schema=schema, mapping=mapping, max_reject_share=max_reject_share
    )
    items = ingested.outputs["items"]
    trained = train_item_tower(
        run_name=run_name,
        settings=settings,
        num_nodes=num_nodes,
        gpus_per_node=gpus_per_node,
        cpu_per_node=cpu_per_node,
        memory_per_node=memory_per_node,
        start_timeout_s=start_timeout_s,
        train_timeout_s=train_timeout_s,
        max_preemptions=max_preemptions,
        items=items,
    )
    generation, model = trained.outputs["Output"], trained.outputs["model"]
    evaluated = evaluate(generation=generation, items=items, model=model)
    metrics = evaluated.outputs["metrics"]
    exported = export(generation=generation, items=items, model=model, metrics=metrics)
    published = publish(generation=generation, bundle=exported.outputs["bundle"])
    # KFP's local runner finds a condition's value only where the output has its default name.
    with dsl.If(published.outputs["Output"] != "refused", name="unless-refused-before"):
        deployed = deploy(generation=generation, endpoint_timeout_s=endpoint_timeout_s)
        verified = verify(generation=generation, endpoint=deployed.outputs["Output"], items=items)
        indexed = index(generation=generation, items=items).after(verified)
        promoted = promote(generation=generation, margin=margin, metrics=metrics).after(indexed)
        retired = retire().after(promoted)

    names = {
        ingested: "1. Ingest the catalogue",
        trained: "2. Train tower and head",
        evaluated: "3. Evaluate and report",
        exported: "4. Export the bundle",
        published: "5. Publish the bundle",
        deployed: "6. Deploy its Triton",
        verified: "7. Compare with PyTorch",
        indexed: "8. Embed and index",
        promoted: "9. Gate and switch",
        retired: "10. Retire what is over",
    }
    for task, name in names.items():
        # No step is a function of its inputs alone: a path's content changes, the database and the
        # object store remember. Each finds out by itself what is done, so KFP's cache stays off.
        task.set_display_name(name).set_caching_options(False)
        on_kubernetes(task)
