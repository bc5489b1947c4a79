"""What ONNX Runtime in Python says of windows of motion: a JSON line a window.

    python motion_models.py MODEL WINDOWS LENGTH    # WINDOWS: 32-bit floats, little-endian, [n, 6, LENGTH]
"""

import json
import sys

import numpy as np
import onnxruntime

model, windows, length = sys.argv[1], sys.argv[2], int(sys.argv[3])
windows = np.fromfile(windows, "<f4").reshape(-1, 6, length)
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
probabilities, distances = session.run(["probabilities", "distance"], {"window": windows})
for row, distance in zip(probabilities, distances):
    print(json.dumps([row.tolist(), float(distance)]))
