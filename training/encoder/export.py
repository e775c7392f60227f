"""The net as an int8 ONNX file: matrices and embeddings quantised per channel, activations at run time.

Weights take seven bits (`reduce_range`): without it processors that lack VNNI overflow sixteen-bit sums and give other
scores. Query, key and value become one matrix first, which makes the model faster and changes nothing else.
"""

import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn
from torch.nn import functional

from training.encoder.domain import Last
from training.encoder.net import HEADS, WIDTH, Layer, Net, mean
from training.encoder.tokens import Numbers, padded
from training.figures import Floats

EACH = WIDTH // HEADS


class Joined(nn.Module):
    """A layer whose query, key and value are one matrix."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer, self.all = layer, nn.Linear(WIDTH, 3 * WIDTH)
        parts = (layer.query, layer.key, layer.value)
        shrink = torch.tensor([EACH**-0.5, 1.0, 1.0]).repeat_interleave(WIDTH)
        self.all.weight.data = torch.cat([part.weight.data for part in parts]) * shrink[:, None]
        self.all.bias.data = torch.cat([part.bias.data for part in parts]) * shrink

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Return what the layer returns."""
        split = self.all(states).reshape(states.shape[0], states.shape[1], 3, HEADS, EACH).permute(2, 0, 3, 1, 4)
        weights = functional.softmax(split[0] @ split[1].transpose(2, 3) + bias, dim=-1)
        seen = (weights @ split[2]).transpose(1, 2).reshape(states.shape[0], states.shape[1], WIDTH)
        states = self.layer.after_attention(states + self.layer.joined(seen))
        after: Tensor = self.layer.after_all(states + self.layer.narrow(functional.gelu(self.layer.wide(states))))
        return after


class Exported(nn.Module):
    """The net with joined layers and the last layer that the domain stage made."""

    def __init__(self, net: Net, last: Last) -> None:
        super().__init__()
        self.net, self.layers = net, nn.ModuleList(Joined(layer) for layer in net.layers)
        self.last = nn.Linear(last.factors.shape[1], last.factors.shape[0])
        self.last.weight.data = torch.from_numpy(last.factors).float()
        self.last.bias.data = torch.from_numpy(last.biases).float()

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return logits."""
        states, bias = self.net.below(tokens, mask, 0)
        for layer in self.layers[:-1]:
            states = layer(states, bias)
        below = mean(states, mask)
        logits: Tensor = self.last(torch.cat((below, mean(self.layers[-1](states, bias), mask)), dim=1))
        return logits


def export(net: Net, last: Last, out: Path) -> None:
    """Write the quantised model."""
    with tempfile.TemporaryDirectory() as folder:
        plain, ready = Path(folder, "plain.onnx"), Path(folder, "ready.onnx")
        _trace(Exported(net, last).eval(), plain)
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            ready,
            out,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            nodes_to_exclude=["/last/Gemm"],
        )


def _trace(net: nn.Module, path: Path) -> None:
    tokens, mask = torch.ones((2, 8), dtype=torch.int64), torch.ones((2, 8))
    torch.onnx.export(
        net,
        (tokens, mask),
        str(path),
        input_names=["tokens", "mask"],
        output_names=["logits"],
        dynamic_axes={
            "tokens": {0: "rows", 1: "length"},
            "mask": {0: "rows", 1: "length"},
            "logits": {0: "rows"},
        },
        opset_version=20,
        dynamo=False,
    )


def parity(net: Net, last: Last, path: Path, rows: Numbers) -> float:
    """Return the mean distance of the two models' logits, one text at a time."""
    session, distances = onnxruntime.InferenceSession(str(path)), []
    net.eval()
    for row in rows:
        tokens, mask = padded([row])
        with torch.inference_mode():
            ours: Floats = last.logits(net.deep(tokens, mask).double().numpy())
        theirs = session.run(None, {"tokens": tokens.numpy(), "mask": mask.numpy()})[0]
        distances.append(float(np.abs(ours - theirs).mean()))
    return float(np.mean(distances))
