"""Runs a model of ONNX in Python, for tests to hold their own results against.

    python run_model.py MODEL NAME SHAPE FILE

FILE holds the floats (little-endian, 32 bits) of the input NAME, SHAPE its sides parted by commas. Prints a line for each output: its
name and its values.
"""

import sys

import numpy as np
import onnxruntime

model, name, shape, file = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
given = np.fromfile(file, "<f4").reshape([int(side) for side in shape.split(",")])
names = [output.name for output in session.get_outputs()]
for output, values in zip(names, session.run(names, {name: given})):
    print(output, *(repr(float(value)) for value in values.ravel()))
