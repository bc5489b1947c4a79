"""A recording judged as Earnest judges it, in Python: librosa decodes and resamples, NumPy measures, onnxruntime runs Silero VAD frame by
frame. Prints the milliseconds of each run."""
import io
import json
import sys
import time
import wave

import librosa
import numpy as np
import onnxruntime as ort


def main():
    path, times, model = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    network = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    rate = np.array(16_000, dtype=np.int64)
    millis = []
    for _ in range(times + 1):
        begun = time.perf_counter()
        samples, _ = librosa.load(path, sr=16_000, mono=True)
        np.sqrt(np.mean(samples**2)), np.abs(samples).max(), np.mean(np.abs(samples) > 0.99)
        np.percentile(librosa.feature.rms(y=samples), [10, 90])
        librosa.feature.chroma_stft(y=samples, sr=16_000)
        state, context, speech = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32), []
        for start in range(0, len(samples) - 511, 512):
            frame = np.concatenate([context, samples[start : start + 512]])
            probability, state = network.run(None, {"input": frame[None], "sr": rate, "state": state})
            context = frame[-64:]
            speech.append(float(probability[0, 0]))
        with wave.open(io.BytesIO(), "wb") as out:
            out.setnchannels(1), out.setsampwidth(2), out.setframerate(16_000)
            out.writeframes((samples * 32_767).astype(np.int16).tobytes())
        millis.append((time.perf_counter() - begun) * 1e3)
    print(json.dumps(millis[1:]))


main()
