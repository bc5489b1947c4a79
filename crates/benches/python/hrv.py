"""Beats and heart rate variability of an ECG by NeuroKit2: `all` as its users call it (`ecg_process`, then `hrv_time`), `least` by nothing but
cleaning, peaks and `hrv_time`. Reads 32-bit floats, a sample each. Prints the milliseconds of each run."""
import json
import sys
import time

import neurokit2 as nk
import numpy as np


def main():
    path, rate, times, how = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    signal = np.fromfile(path, dtype="<f4").astype(float)
    millis = []
    for _ in range(times):
        begun = time.perf_counter()
        if how == "all":
            _, beats = nk.ecg_process(signal, sampling_rate=rate)
        else:
            clean = nk.ecg_clean(signal, sampling_rate=rate)
            _, beats = nk.ecg_peaks(clean, sampling_rate=rate)
        nk.hrv_time(beats, sampling_rate=rate)
        millis.append((time.perf_counter() - begun) * 1e3)
    print(json.dumps(millis))


main()
