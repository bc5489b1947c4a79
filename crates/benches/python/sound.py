"""A recording judged as Earnest judges it, in Python: librosa decodes and resamples, NumPy measures, onnxruntime runs the same Silero VAD
over all frames in one call. Prints the milliseconds of each run."""
import io
import json
import sys
import time
import wave

import librosa
import numpy as np
import onnxruntime as ort


def noise_floor(samples):
    windows = samples[: len(samples) // 2048 * 2048].reshape(-1, 2048)
    windows = windows[np.linspace(0, len(windows) - 1, min(400, len(windows))).astype(int)]
    powers = np.abs(np.fft.rfft(windows * np.hanning(2048), axis=1))[:, 38:384] ** 2
    means = powers.mean(axis=1)
    floors = 10 * np.log10(np.percentile(powers, 10, axis=1) / means)
    return np.median(floors[np.argsort(-means)[: len(means) // 2]])


def again(samples, least=4_000):
    count = len(samples)
    powers = np.abs(np.fft.rfft(samples, 3 * 2**19)) ** 2
    row = np.fft.irfft(powers)
    energies = np.concatenate([[0], np.cumsum(samples.astype(float) ** 2)])
    lags = np.arange(least, count // 2)
    return (row[lags] / np.sqrt(energies[count - lags] * (energies[-1] - energies[lags]))).max()


def unpredicted(samples):
    row = samples.astype(float) - samples.mean()
    before = np.stack([row[4 - back : -back] for back in range(1, 5)])
    weights = np.linalg.solve(before @ before.T, before @ row[4:])
    return ((row[4:] - weights @ before) ** 2).sum() / (row**2).sum()


def main():
    path, times, model = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    network = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    nothing = np.zeros((1, 1, 128), np.float32)
    millis = []
    for _ in range(times + 1):
        begun = time.perf_counter()
        samples, _ = librosa.load(path, sr=16_000, mono=True)
        np.sqrt(np.mean(samples**2)), np.abs(samples).max(), np.mean(np.abs(samples) > 0.99)
        np.percentile(librosa.feature.rms(y=samples), [10, 90])
        librosa.feature.chroma_stft(y=samples, sr=16_000)
        noise_floor(samples), again(samples), unpredicted(samples)
        padded = np.pad(samples, (64, -len(samples) % 512))
        frames = np.lib.stride_tricks.sliding_window_view(padded, 576)[::512]
        speech, _, _ = network.run(None, {"input": np.ascontiguousarray(frames), "h": nothing, "c": nothing})
        np.flatnonzero(speech > 0.5)
        with wave.open(io.BytesIO(), "wb") as out:
            out.setnchannels(1), out.setsampwidth(2), out.setframerate(16_000)
            out.writeframes((samples * 32_767).astype(np.int16).tobytes())
        millis.append((time.perf_counter() - begun) * 1e3)
    print(json.dumps(millis[1:]))


main()
