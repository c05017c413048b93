"""KFP component `train_item_tower`: an items folder becomes a trained tower and head."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def train_item_tower(
    run_name: str,
    settings: list[str],
    num_nodes: int,
    gpus_per_node: int,
    cpu_per_node: int,
    memory_per_node: str,
    start_timeout_s: float,
    train_timeout_s: float,
    max_preemptions: int,
    items: dsl.Input[dsl.Dataset],
    model: dsl.Output[dsl.Model],
    training: dsl.Output[dsl.Metrics],
) -> str:
    """Name the generation, then train it, from its last checkpoint where there is one.

    1. `python -m training.fingerprint` gives one digest of data and configuration.
    2. `python -m serving.generations allocate` gives its generation: the same fingerprint, the same
       id, however often the step is run.
    3. `python -m training.train` trains in a work folder of this fingerprint (see
       `components.work`), so that a killed step goes on where its checkpoint is: here, or, where
       MODISTE_PLATFORM is `kubernetes`, by a TrainJob of Kubeflow Trainer that runs the same
       command under `torchrun` on the cluster's nodes (see `components.train_job_run`).
    4. What it wrote, the checkpoint left out, becomes the artifact.

    Args:
        run_name: the named configuration, `default` or `smoke`.
        settings: changes to it, such as `epochs=10`.
        num_nodes: nodes of the cluster that train together; 1 on a laptop.
        gpus_per_node: GPUs of each, a process on every one; 0: one process on the CPU.
        cpu_per_node: cores of each, on a cluster.
        memory_per_node: memory of each, such as `8Gi`, on a cluster.
        start_timeout_s: how long a TrainJob may wait for its place and its image, in seconds.
        train_timeout_s: how long it may run at a stretch, in seconds.
        max_preemptions: how often it is submitted again after it was preempted or evicted.
        items: the items folder.
        model: weights of both models, and the record of the training.
        training: loss and speed at the end.

    Returns:
        The generation's id, such as `g0001`.
    """
    import json
    import os
    import shutil
    from pathlib import Path

    from components.command import output_of, run_json
    from components.platform import is_kubernetes
    from components.work import work_folder

    if is_kubernetes(os.environ):
        from components.train_job import Nodes
        from components.train_job_run import Patience
        from components.training_on_cluster import TrainingOnCluster

        nodes = Nodes(
            num_nodes=num_nodes,
            gpus_per_node=gpus_per_node,
            cpu_per_node=cpu_per_node,
            memory_per_node=memory_per_node,
        )
        patience = Patience(
            start_timeout_s=start_timeout_s,
            run_timeout_s=train_timeout_s,
            max_preemptions=max_preemptions,
        )
        train = TrainingOnCluster(nodes, patience, os.environ).train
    else:
        from components.training_here import TrainingHere

        train = TrainingHere(num_nodes=num_nodes, gpus_per_node=gpus_per_node).train

    options = ["--preset", run_name]
    for setting in settings:
        options += ["--set", setting]
    arguments = ["--items", items.path, *options]
    fingerprint = output_of("training.fingerprint", *arguments).split()[-1]
    allocated = run_json("serving.generations", "allocate", "--fingerprint", fingerprint)
    generation = str(allocated["generation"])

    print(f"train_item_tower: {generation} is {allocated['state']}", flush=True)

    folder = work_folder("train", fingerprint)
    train(options, Path(items.path), fingerprint, generation)
    leave_out = shutil.ignore_patterns("checkpoint*", ".*")
    shutil.copytree(folder, model.path, ignore=leave_out, dirs_exist_ok=True)

    model.metadata.update(generation=generation, fingerprint=fingerprint)
    lines = (Path(model.path) / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    print(f"train_item_tower: {lines[-1]}")
    for name, value in json.loads(lines[-1]).items():
        if isinstance(value, int | float):
            training.log_metric(name, value)
    return generation
