"""What NeuroKit2 and HeartPy make of the same signals: one JSON object a file that is named, in a line."""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import heartpy  # noqa: E402
import neurokit2  # noqa: E402
import numpy  # noqa: E402

for file in sys.argv[1:]:
    with open(file, encoding="utf-8") as text:
        signal = json.load(text)
    rate, values = signal["rate_hz"], numpy.asarray(signal["values"], dtype=float)
    if signal["kind"] == "ecg":
        clean = neurokit2.ecg_clean(values, sampling_rate=rate)
        places = neurokit2.ecg_findpeaks(clean, sampling_rate=rate)["ECG_R_Peaks"]
        # As its documentation does it with electrocardiograms.
        values = heartpy.scale_data(heartpy.remove_baseline_wander(values, rate))
    else:
        clean = neurokit2.ppg_clean(values, sampling_rate=rate)
        places = neurokit2.ppg_findpeaks(clean, sampling_rate=rate)["PPG_Peaks"]
    variability = neurokit2.hrv_time(places, sampling_rate=rate)
    found = {
        "neurokit2": {
            "beats": [float(place) / rate for place in places],
            "heart_rate": 60.0 * rate / float(numpy.mean(numpy.diff(places))),
            "rmssd": float(variability["HRV_RMSSD"].iloc[0]),
            "sdnn": float(variability["HRV_SDNN"].iloc[0]),
        }
    }
    try:
        working, measured = heartpy.process(values, rate)
        left_out = set(int(place) for place in working["removed_beats"])
        found["heartpy"] = {
            "beats": [float(place) / rate for place in working["peaklist"] if int(place) not in left_out],
            "heart_rate": float(measured["bpm"]),
            "rmssd": float(measured["rmssd"]),
            "sdnn": float(measured["sdnn"]),
        }
    except heartpy.exceptions.BadSignalWarning:
        # It refuses signals that it finds no rhythm in.
        found["heartpy"] = None
    print(json.dumps(found))
