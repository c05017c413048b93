"""KFP component `promote`: a generation that is good enough answers from now on."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def promote(
    generation: str,
    margin: float,
    metrics: dsl.Input[dsl.Metrics],
    decision: dsl.Output[dsl.Metrics],
) -> str:
    """Compare a generation with the one in use, and switch unless it is worse.

    1. `python -m serving.promote` judges each metric: one that fell by more than the margin refuses
       the generation, for good, and the one in use stays.
    2. Otherwise it switches, in one transaction, and keeps the one before for a rollback.

    A refusal is a decision, not a fault: the step succeeds either way.

    Args:
        generation: an indexed generation.
        margin: how much each metric may fall, 0..1.
        metrics: the evaluation's metrics.json.
        decision: whether it was promoted, and each metric's difference.

    Returns:
        The generation that answers now.
    """
    from components.command import run_json

    arguments = ["--generation", generation, "--metrics", metrics.path, "--margin", margin]
    done = run_json("serving.promote", *arguments)
    decision.log_metric("promoted", int(done["promoted"]))
    for name, pair in done.get("compared", {}).items():
        decision.log_metric(f"{name} difference", pair["difference"])
    decision.metadata["reasons"] = done["reasons"]
    if done["promoted"]:
        print(f"promote: {generation} is in use")
    else:
        print(f"promote: {generation} is refused: {'; '.join(done['reasons'])}")
        print(f"promote: {done['in_use']} stays in use")
    return str(done["in_use"])
