"""The head's output is of unit length, whatever comes in."""

import pytest
import torch

from training.models.normalization_head import NormalizationHead, NormalizationHeadConfig


def test_embeddings_have_unit_length() -> None:
    head = NormalizationHead(NormalizationHeadConfig(hidden_dim=16, embedding_dim=8))
    embedding = head(torch.randn(5, 16) * torch.tensor([[1e-3], [1], [10], [1e3], [1e6]]))
    torch.testing.assert_close(embedding.norm(dim=1), torch.ones(5))


def test_a_vector_of_nothing_stays_finite() -> None:
    head = NormalizationHead(NormalizationHeadConfig(hidden_dim=16))
    assert head(torch.zeros(1, 16)).isfinite().all()


def test_sizes_are_checked_by_name() -> None:
    with pytest.raises(ValueError, match="normalization head embedding_dim is positive, got 0"):
        NormalizationHeadConfig(hidden_dim=16, embedding_dim=0)
