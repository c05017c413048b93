"""Configuration of a training run, and the named runs."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, get_args

from training.precision import Precision
from training.views import ViewConfig


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """Everything that decides what a run's weights are, given the items.

    Raises:
        ValueError: a setting is out of range; names it.
    """

    epochs: int = 25
    """Passes over the training items."""
    min_steps: int = 250
    """Steps taken at least, however few items there are."""
    batch_size: int = 256
    """Items of a step over all processes; fewer where there are not as many items."""
    learning_rate: float = 1e-3
    """Of AdamW, at its highest."""
    warmup_steps: int = 100
    """Steps over which the rate rises from 0; a cosine takes it back to 0 at the end."""
    weight_decay: float = 0.01
    """Of matrices; tables, biases and norms decay not at all."""
    temperature: float = 0.05
    """Of NT-Xent."""
    first_view: ViewConfig = field(default_factory=ViewConfig)
    """What the first view drops: as much as a sparse query lacks."""
    second_view: ViewConfig = field(
        default_factory=lambda: ViewConfig(field_drop=0.05, word_drop=0.05, untagged=0.0)
    )
    """What the second view drops: nearly nothing, since indexed items are whole."""
    overlap_weight: float = 1500.0
    """Weight of the overlap loss of the second views beside NT-Xent; 0 leaves it out."""
    word_weight: float = 0.5
    """Weight of a word in the overlap of two items, where an average field has 1."""
    field_power: float = 0.14
    """How much a field's entropy counts in its weight: 0 makes all fields equal."""
    hidden_dim: int = 128
    """Width of the tower."""
    num_heads: int = 4
    """Attention heads of the tower."""
    num_layers: int = 1
    """Exchanges between the tower's two sides."""
    embedding_dim: int = 128
    """Values of an embedding."""
    holdout_items: int = 1500
    """Items kept out of training for evaluation, at most."""
    holdout_share: float = 0.2
    """The same as a share of all items, at most."""
    seed: int = 0
    """Of weights, order and views."""
    precision: Precision = "auto"
    """Arithmetic of the model: `auto` takes bfloat16 on a GPU that has it, else float32."""
    compile: bool = False
    """Whether the model goes through torch.compile."""
    checkpoint_every: int = 200
    """Steps between two checkpoints."""
    log_every: int = 10
    """Steps between two lines of metrics."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{name} is a finite number, got {value}")
        for name in _POSITIVE:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is above 0, got {getattr(self, name)}")
        for name in _NOT_NEGATIVE:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is 0 or above, got {getattr(self, name)}")
        if self.batch_size < 2:
            raise ValueError(f"batch_size is at least 2, for its negatives, got {self.batch_size}")
        for name, most in _AT_MOST.items():
            if getattr(self, name) > most:
                raise ValueError(f"{name} is at most {most:,}, got {getattr(self, name):,}")
        if not self.holdout_share < 1:
            raise ValueError(f"holdout_share is below 1, got {self.holdout_share}")
        if self.precision not in get_args(Precision):
            raise ValueError(f"precision is one of {get_args(Precision)}, got {self.precision!r}")

    def to_json(self) -> dict[str, Any]:
        """The settings by name, views as objects of their own."""
        return asdict(self)


_POSITIVE = (
    *("epochs", "batch_size", "learning_rate", "temperature", "hidden_dim", "num_heads"),
    *("num_layers", "embedding_dim", "checkpoint_every", "log_every"),
)
# Of an embedding as many as an HNSW index of half-precision vectors takes; the others are slips.
_AT_MOST = {
    **{"embedding_dim": 4_000, "hidden_dim": 65_536, "num_layers": 100, "batch_size": 1 << 20},
    **{"epochs": 1_000_000, "min_steps": 1 << 40, "seed": (1 << 63) - 1},
}
_NOT_NEGATIVE = (
    *("min_steps", "warmup_steps", "weight_decay", "overlap_weight", "word_weight"),
    *("field_power", "holdout_items", "holdout_share", "seed"),
)


def default() -> TrainConfig:
    """What `make up` trains: minutes on two cores for ten thousand items."""
    return TrainConfig()


def smoke() -> TrainConfig:
    """A few steps that show that everything runs; its embeddings are of no use."""
    return TrainConfig(
        epochs=1,
        min_steps=12,
        batch_size=16,
        warmup_steps=2,
        overlap_weight=10.0,
        hidden_dim=32,
        embedding_dim=16,
        checkpoint_every=5,
        log_every=1,
    )


RUNS: dict[str, Callable[[], TrainConfig]] = {"default": default, "smoke": smoke}


def configure(run: str, settings: list[str]) -> TrainConfig:
    """A named run with some settings changed.

    Args:
        run: one of `RUNS`.
        settings: each `name=value`, or `first_view.name=value` for what a view drops.

    Raises:
        ValueError: the run or a setting is unknown, or a value is not of its kind.
    """
    if run not in RUNS:
        raise ValueError(f"unknown run {run!r}: known are {', '.join(RUNS)}")
    config = RUNS[run]()
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not equals:
            raise ValueError(f"a setting is name=value, got {setting!r}")
        config = _changed(config, path.split("."), value)
    return config


def _changed(config: Any, path: list[str], value: str) -> Any:
    known = [entry.name for entry in fields(config)]
    name = path[0]
    if name not in known:
        raise ValueError(f"unknown setting {name!r}: known are {', '.join(known)}")
    old = getattr(config, name)
    if isinstance(old, ViewConfig) != (len(path) == 2):
        raise ValueError(f"setting {'.'.join(path)!r}: only views have settings of their own")
    new = _changed(old, path[1:], value) if len(path) == 2 else _parsed(name, old, value)
    return replace(config, **{name: new})


def _parsed(name: str, old: object, value: str) -> object:
    try:
        if isinstance(old, bool):
            return {"true": True, "false": False}[value.lower()]
        return type(old)(value)  # type: ignore[call-arg]
    except (ValueError, KeyError) as error:
        raise ValueError(f"setting {name}: {value!r} is no {type(old).__name__}") from error
