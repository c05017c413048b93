"""The normalization head: the last layer, whose output is the embedding.

Shape legend: B items, H hidden size, D embedding size.
"""

from dataclasses import asdict, dataclass

from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class NormalizationHeadConfig:
    """Sizes of the head.

    Raises:
        ValueError: a size is not positive; names it.
    """

    hidden_dim: int
    """H: width of the tower's output."""
    embedding_dim: int = 128
    """D: values of an embedding."""

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value < 1:
                raise ValueError(f"normalization head {name} is positive, got {value}")


class NormalizationHead(nn.Module):
    """Maps hidden vectors to unit-length embeddings."""

    def __init__(self, config: NormalizationHeadConfig) -> None:
        super().__init__()
        self.config = config
        self.project = nn.Linear(config.hidden_dim, config.embedding_dim)
        nn.init.orthogonal_(self.project.weight)
        nn.init.zeros_(self.project.bias)

    def forward(self, hidden_BH: Tensor) -> Tensor:
        """Embed hidden vectors.

        Args:
            hidden_BH: the tower's output, float32 [B, H].

        Returns:
            Embeddings of length 1, float32 [B, D].
        """
        return F.normalize(self.project(hidden_BH), dim=-1)
