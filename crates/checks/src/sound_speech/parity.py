"""What Silero VAD says of samples (32-bit floats, 16 kHz), a probability a line: frame by frame, through Python's ONNX Runtime."""

import sys

import numpy
import onnxruntime

model, recording = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
session = onnxruntime.InferenceSession(model, options)
samples = numpy.fromfile(recording, dtype="<f4")
samples = numpy.pad(samples, (64, -len(samples) % 512))
h = c = numpy.zeros((1, 1, 128), dtype=numpy.float32)
for start in range(0, len(samples) - 64, 512):
    frame = samples[None, start : start + 576]
    probability, h, c = session.run(None, {"input": frame, "h": h, "c": c})
    print(f"{probability[0]:.7f}")
