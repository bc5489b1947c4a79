"""The part of the model that is not learnt: from a window of readings to features, as ONNX operators.

Training runs this very graph in ONNX Runtime to get its features, and the finished model contains it: there is no second
implementation that could disagree. Every feature is unchanged when the device is turned on the wrist (each is made of sums
over the three axes), when a constant such as gravity at rest is added, and when acceleration comes in g instead of m/s2.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

RATE = 10  # readings a second
GRAVITY = 9.80665  # m/s2 in one g (CGPM 1901)
OPSET = 18
IR_VERSION = 9

# On a wrist the root mean square of acceleration (m/s2) is about twice that of angular velocity (rad/s), whatever the motion:
# 1.2 to 2.9 over all windows of the train split, and 0.13 to 0.30 when the same acceleration is told in g. The limit is the
# geometric middle of the gap, so a unit can be told without knowing whether gravity is part of the reading.
UNIT_LIMIT = 0.6

# Edges of the frequency bands in Hz. A slow hand, an arm's swing (half the step rate), steps, their harmonics.
BANDS = [0.0, 0.55, 1.05, 1.65, 2.25, 3.05, 3.85, 5.05]
LAGS = 15  # autocorrelation up to 1.5 s: a slow walker's arm comes back after 1.2 s
TINY = 1e-9  # keeps divisions and logarithms finite for silence


class Graph:
    """Collects nodes and constants; each method adds one operator and gives the name of its result."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, value, dtype=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def integers(self, *values):
        return self.constant(values, np.int64)

    def op(self, kind, *inputs, out=None, **attributes):
        out = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def mean(self, x, axis):
        return self.op("ReduceMean", x, self.integers(axis), keepdims=1)

    def total(self, x, *axes):
        return self.op("ReduceSum", x, self.integers(*axes), keepdims=0)

    def square(self, x):
        return self.op("Mul", x, x)

    def column(self, x):
        """[N] to [N, 1]."""
        return self.op("Unsqueeze", x, self.integers(1))

    def slice(self, x, axis, start, end):
        return self.op("Slice", x, self.integers(start), self.integers(end), self.integers(axis))

    def log(self, x):
        return self.op("Log", self.op("Add", x, self.constant(TINY)))

    def model(self, length, outputs):
        described = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs]
        window = helper.make_tensor_value_info("window", TensorProto.FLOAT, ["n", 6, length])
        graph = helper.make_graph(self.nodes, "activity", [window], described, self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="earnest")


def spectrum_matrices(length):
    """Matrices that turn a signal into its power spectrum, and a spectrum into bands and into an autocorrelation.

    The spectrum is that of the signal padded to twice its length, so that its autocorrelation does not wrap round
    (Wiener-Khinchin). Each lag is scaled by length / (length - lag), for it sums over fewer readings.
    """
    padded = 2 * length
    bins = np.arange(padded // 2 + 1)
    angle = 2 * np.pi * np.outer(np.arange(length), bins) / padded
    basis = np.concatenate([np.cos(angle), np.sin(angle)], axis=1)  # [length, 2 bins]
    twice = np.where((bins == 0) | (bins == padded // 2), 1.0, 2.0) / padded
    lags = np.arange(1, LAGS + 1)
    autocorrelation = twice[:, None] * np.cos(2 * np.pi * np.outer(bins, lags) / padded) * length / (length - lags)
    hertz = bins * RATE / padded
    band = twice[:, None] * ((hertz[:, None] >= BANDS[:-1]) & (hertz[:, None] < BANDS[1:]))
    both = lambda m: np.concatenate([m, m], axis=0)  # cosine and sine parts add up
    return basis, both(band), both(autocorrelation)


def add_features(g, length):
    """Adds the operators from `window` [n, 6, length] to features [n, F]; gives the result's name and the features' names."""
    columns, names = [], []

    def keep(column, *labels):
        columns.append(column)
        names.extend(labels)

    centred = g.op("Sub", "window", g.mean("window", 2))  # constant gravity and a gyroscope's bias go
    acceleration, turning = g.slice(centred, 1, 0, 3), g.slice(centred, 1, 3, 6)
    per_reading = g.constant(1.0 / length)
    power_of = lambda x: g.op("Mul", g.column(g.total(g.square(x), 1, 2)), per_reading)  # [n, 1]

    ratio = g.op("Sqrt", g.op("Div", power_of(acceleration), g.op("Add", power_of(turning), g.constant(TINY))))
    in_g = g.op("Less", ratio, g.constant(UNIT_LIMIT))
    unit = g.op("Where", in_g, g.constant(GRAVITY), g.constant(1.0))
    acceleration = g.op("Mul", acceleration, g.op("Unsqueeze", unit, g.integers(2)))

    half = g.constant(0.5)
    basis, bands, autocorrelation = (g.constant(m) for m in spectrum_matrices(length))
    covariances, powers, logs = {}, {}, {}
    for sensor, x in (("acceleration", acceleration), ("turning", turning)):
        power = g.op("Add", power_of(x), g.constant(TINY))
        powers[sensor] = power
        logs[sensor] = g.op("Mul", g.op("Log", power), half)
        keep(logs[sensor], f"{sensor}.log_rms")
        energy = g.op("Mul", power, g.constant(float(length)))

        spectrum = g.total(g.square(g.op("MatMul", x, basis)), 1)  # [n, 2 bins], summed over the axes
        shares = g.op("Div", g.op("MatMul", spectrum, bands), energy)
        keep(g.op("Sqrt", shares), *[f"{sensor}.band{i}" for i in range(len(BANDS) - 1)])
        lags = g.op("Div", g.op("MatMul", spectrum, autocorrelation), energy)
        keep(g.slice(lags, 1, 0, 2), f"{sensor}.lag1", f"{sensor}.lag2")
        keep(g.op("ReduceMax", g.slice(lags, 1, 3, LAGS), g.integers(1), keepdims=1), f"{sensor}.recurrence")

        covariance = g.op("Mul", g.op("MatMul", x, g.op("Transpose", x, perm=[0, 2, 1])), per_reading)
        covariances[sensor] = covariance
        # 1/3 when the motion goes every way alike, 1 along a single line
        keep(g.op("Div", g.column(g.total(g.square(covariance), 1, 2)), g.square(power)), f"{sensor}.one_way")

        size2 = g.total(g.square(x), 1)  # [n, length]
        burst = g.op("Mul", g.column(g.total(g.square(size2), 1)), per_reading)
        keep(g.log(g.op("Div", burst, g.square(power))), f"{sensor}.burst")

    keep(g.op("Sub", logs["acceleration"], logs["turning"]), "log_ratio")
    # How much of the acceleration goes with the turning, and with its change: an arm is a lever, noise is not.
    difference = np.zeros((length, length))
    for i in range(1, length - 1):
        difference[i - 1, i], difference[i + 1, i] = -0.5, 0.5
    product = g.op("Mul", powers["acceleration"], powers["turning"])
    for name, other in (("turning", turning), ("change", g.op("MatMul", turning, g.constant(difference)))):
        crossed = g.op("Mul", g.op("MatMul", acceleration, g.op("Transpose", other, perm=[0, 2, 1])), per_reading)
        keep(g.op("Sqrt", g.op("Div", g.column(g.total(g.square(crossed), 1, 2)), product)), f"coupling.{name}")

    return g.op("Concat", *columns, axis=1), names
