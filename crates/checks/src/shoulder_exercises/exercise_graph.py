"""The part of the model that is not learnt: from a window of readings to features, as ONNX operators.

Training runs this very graph in ONNX Runtime to get its features, and the finished model contains it: there is no second
implementation that could disagree. Unlike those of the activity check these features know where down is and how the watch sits on the
wrist, for that is how one exercise differs from another.
"""

import numpy as np
from onnx import helper

SECONDS, RATE = 4, 10
LENGTH = SECONDS * RATE
QUANTILES = [0, 4, 10, 20, 29, 35, 39]  # places among 40 readings in order of size: least, 10, 25, 50, 75, 90 %, most
BANDS = [0.1, 0.3, 0.6, 0.9, 1.3, 2.0, 3.0, 5.05]  # Hz
TINY = 1e-3  # m/s2 or rad/s: what a sensor's noise is


def add_features(g):
    """Adds the operators from `window` [n, 6, LENGTH] (m/s2 with gravity, rad/s) to features [n, F]; gives the result's name."""
    columns = []
    flat = lambda x: g.op("Flatten", x, axis=1)
    mean = g.mean("window", 2)
    columns.append(flat(mean))
    centred = g.op("Sub", "window", mean)
    variance = g.mean(g.square(centred), 2)  # [n, 6, 1]
    spread = g.op("Add", g.op("Sqrt", variance), g.constant(TINY))
    columns.append(flat(g.op("Log", spread)))
    # sorted by size, so that a window looks the same whenever in a repetition it begins
    g.nodes.append(helper.make_node("TopK", ["window", g.integers(LENGTH)], ["sorted", "order"], axis=2, largest=0, sorted=1))
    columns.append(flat(g.op("Gather", "sorted", g.constant(QUANTILES, np.int64), axis=2)))
    scaled = g.op("Div", centred, spread)
    share = g.constant(1.0 / LENGTH)
    correlation = g.op("Mul", g.op("MatMul", scaled, g.op("Transpose", scaled, perm=[0, 2, 1])), share)
    upper = [6 * i + j for i in range(6) for j in range(i + 1, 6)]
    columns.append(g.op("Gather", flat(correlation), g.constant(upper, np.int64), axis=1))
    columns.append(flat(g.mean(g.op("Mul", g.square(scaled), scaled), 2)))  # skew: fast one way, slow back
    # which axis moves before which: each with the change of each other
    change = np.zeros((LENGTH, LENGTH))
    for i in range(1, LENGTH - 1):
        change[i - 1, i], change[i + 1, i] = -0.5, 0.5
    slope = g.op("MatMul", scaled, g.constant(change))
    slope = g.op("Div", slope, g.op("Add", g.op("Sqrt", g.mean(g.square(slope), 2)), g.constant(TINY)))
    columns.append(flat(g.op("Mul", g.op("MatMul", scaled, g.op("Transpose", slope, perm=[0, 2, 1])), share)))
    # shares of the spectrum's bands (Hann window)
    bins = np.arange(LENGTH // 2 + 1)
    angle = 2 * np.pi * np.outer(np.arange(LENGTH), bins) / LENGTH
    hann = np.hanning(LENGTH)[:, None]
    spectrum = g.square(g.op("MatMul", scaled, g.constant(np.concatenate([np.cos(angle), np.sin(angle)], 1) * hann)))
    hertz = np.tile(bins * RATE / LENGTH, 2)
    band = (hertz[:, None] >= BANDS[:-1]) & (hertz[:, None] < BANDS[1:])
    total = g.op("Add", g.op("ReduceSum", spectrum, g.integers(2), keepdims=1), g.constant(TINY))
    columns.append(flat(g.op("Sqrt", g.op("Div", g.op("MatMul", spectrum, g.constant(band.astype(float))), total))))
    return g.op("Concat", *columns, axis=1)
