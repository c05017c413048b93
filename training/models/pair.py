"""Tower and head as the one module that a training step runs."""

from torch import Tensor, nn

from training.models.item_tower import ItemTower
from training.models.normalization_head import NormalizationHead


class TowerWithHead(nn.Module):
    """Views in, unit-length embeddings out; the two parts are saved apart."""

    def __init__(self, tower: ItemTower, head: NormalizationHead) -> None:
        super().__init__()
        self.tower = tower
        self.head = head

    def forward(
        self,
        value_rows_BS: Tensor,
        values_V1M: Tensor,
        word_rows_BW: Tensor,
        tagged_E2: Tensor,
        grams_UG: Tensor,
    ) -> Tensor:
        """Embeddings, float32 [B, D], of views as `training.views.cut_views` gives them."""
        hidden_BH = self.tower.forward_shared(
            value_rows_BS, values_V1M, word_rows_BW, tagged_E2, grams_UG
        )
        embedding_BD: Tensor = self.head(hidden_BH.float())
        return embedding_BD
