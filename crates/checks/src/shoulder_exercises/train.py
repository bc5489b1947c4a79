"""Trains the model of the shoulder exercises, and writes `model.onnx` and `fixtures/people.json`.

    python train.py FOLDER     # with BasicMotions_TRAIN.ts, BasicMotions_TEST.ts and watch_dataset.npy in it

Nothing is chosen by the people that are tested on: there is one configuration, and its one threshold (how far a window may lie from all
exercises) comes from leaving out each of the people that are trained on in turn.
"""

import argparse
import hashlib
import json
import pathlib
import sys
import warnings

import blake3
import numpy as np
import onnx
import onnxruntime
from sklearn.covariance import ledoit_wolf
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "activity"))
import motions  # noqa: E402
from exercise_graph import LENGTH, RATE, add_features  # noqa: E402
from motion_graph import GRAVITY, Graph  # noqa: E402

LABELS = ["pendulum", "abduction", "forward_elevation", "internal_rotation", "external_rotation", "trapezius_extension", "upright_row"]
OTHER = len(LABELS)
HELD_PEOPLE = (3, 6, 9)  # those of the activity check: the model that is shipped has never seen them
SEED, HIDDEN, DECAY, ROUNDS, CLIP = 20_250_602, 48, 1.0, 40, 5.0
LEAST_SCORE, WITHIN = 0.5, 0.99  # of the windows of people who were left out so many lie within the distance
SOURCES = {
    "BasicMotions_TRAIN.ts": "8dc43cc6306cb679c888c01e26f91772ac4441a916da43bac8b79734a538b9d6",
    "BasicMotions_TEST.ts": "79213102bc6fca1a398ad98ce1185dff0208fa3d1465e687f48288946b0ff8dc",
    "watch_dataset.npy": "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537",
}


def source(folder, name):
    path = folder / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != SOURCES[name]:
        raise SystemExit(f"{path} is not the file that the figures in CARD.md were measured with")
    return path


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def at_ten(signal, micros):
    """[readings, 6] at any pace to [6, tenths of a second], as the check resamples."""
    length = int(micros[-1] + micros[1] - micros[0]) // (1_000_000 // RATE)
    return np.array([motions.resample(micros, channel, length) for channel in signal.T])


def windows_of(recording, step):
    return np.array([recording[:, i:i + LENGTH] for i in range(0, recording.shape[1] - LENGTH + 1, step)])


def mirrored(windows):
    """The same done with the other arm: x, along the arm, changes its sign; of the turns those about the other two do."""
    return windows * np.array([-1, 1, 1, 1, -1, -1])[None, :, None]


def tilted(rng, windows, degrees=12):
    """A strap that sits a little differently."""
    axis = rng.normal(size=(len(windows), 3)) * np.radians(degrees) / np.sqrt(3)
    angle = np.linalg.norm(axis, axis=1)[:, None, None]
    x, y, z = (axis / np.maximum(angle[:, 0], 1e-9)).T
    o = np.zeros_like(x)
    k = np.array([[o, -z, y], [z, o, -x], [-y, x, o]]).transpose(2, 0, 1)
    return motions.rotated(windows, np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k))


def others(rng, recordings, labels):
    """What is no exercise: people who stood, walked, ran and played, noise, and a device that lies."""
    pick, _, _ = motions.augmented(rng, recordings, labels, LENGTH, 40, 0.0)
    pick = motions.with_turning_gravity(pick, motions.directions(rng, len(pick)))
    noise = motions.no_motion(rng, 1_200, recordings, LENGTH)
    lies = motions.with_gravity(rng.normal(size=(300, 6, LENGTH)) * 10 ** rng.uniform(-3, -1, (300, 1, 1)), motions.directions(rng, 300))
    noise = motions.with_gravity(noise - noise.mean(2, keepdims=True), motions.directions(rng, len(noise)))
    return np.concatenate([pick, noise, lies])


def features():
    g = Graph()
    g.op("Identity", add_features(g), out="features")
    run = session(g.model(LENGTH, [("features", ["n", "f"])]))
    return lambda windows: run.run(None, {"window": windows.astype(np.float32)})[0].astype(float)


class People:
    """The recordings, as windows with their exercise, person, side and recording."""

    def __init__(self, folder):
        data = np.load(source(folder, "watch_dataset.npy"), allow_pickle=True).item()  # a pickle, whose hash is verified
        self.recordings = []
        for signal, kind, person, side in zip(data["X"], data["y"], data["subject"], data["side"]):
            signal = signal * np.array([GRAVITY] * 3 + [1] * 3)
            self.recordings.append((at_ten(signal, np.arange(len(signal)) * 20_000), int(kind), int(person), int(side)))

    def windows(self, people, step):
        some = [(windows_of(r, step), kind, person) for r, kind, person, _ in self.recordings if person in people]
        return (np.concatenate([w for w, _, _ in some]), np.concatenate([[k] * len(w) for w, k, _ in some]), np.concatenate([[p] * len(w) for w, _, p in some]))


def fitted(centred, labels, present):
    """Centres of the exercises and the root of the inverse of what they vary about them, shrunk as by Ledoit and Wolf."""
    centres = np.array([centred[labels == label].mean(0) for label in present])
    rest = centred - centres[np.searchsorted(present, labels)]
    return centres, np.linalg.cholesky(np.linalg.inv(ledoit_wolf(rest)[0])) / np.sqrt(centred.shape[1])


def distance(wide, centres, root):
    return np.min([(((wide - centre) @ root) ** 2).sum(1) for centre in centres], axis=0)


def train(people, persons, measure, recordings, motion_labels, seed):
    """The finished model of these persons, and its threshold."""
    rng = np.random.default_rng(seed)
    windows, labels, who = people.windows(persons, 8)
    copies = np.concatenate([tilted(rng, windows), mirrored(windows), mirrored(tilted(rng, windows))])
    windows, labels, who = np.concatenate([windows, copies]), np.tile(labels, 4), np.tile(who, 4)
    inputs, strange = measure(windows), measure(others(rng, recordings, motion_labels))
    centre, spread = inputs.mean(0), inputs.std(0) + 1e-6
    wide = (inputs - centre) / spread
    present = np.unique(labels)
    left_out = [distance(wide[who == one], *fitted(wide[who != one], labels[who != one], present)) for one in persons]
    limit = float(np.quantile(np.concatenate(left_out), WITHIN))
    clipped = lambda f: np.clip((f - centre) / spread, -CLIP, CLIP)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose
        network = MLPClassifier((HIDDEN,), alpha=DECAY, max_iter=ROUNDS, random_state=seed % 1_000)
        network.fit(np.concatenate([clipped(inputs), clipped(strange)]), np.concatenate([labels, np.full(len(strange), OTHER)]))
    return finished(centre, spread, network, *fitted(wide, labels, present)), limit


def finished(centre, spread, network, centres, root):
    g = Graph()
    wide = g.op("Div", g.op("Sub", add_features(g), g.constant(centre)), g.constant(spread))
    scaled = g.op("Clip", wide, g.constant(-CLIP), g.constant(CLIP))
    hidden = g.op("Relu", g.op("Gemm", scaled, g.constant(network.coefs_[0]), g.constant(network.intercepts_[0])))
    g.op("Softmax", g.op("Gemm", hidden, g.constant(network.coefs_[1]), g.constant(network.intercepts_[1])), out="probabilities", axis=1)
    offset = g.op("Sub", g.op("Unsqueeze", wide, g.integers(1)), g.constant(centres))  # [n, 7, F]
    each = g.op("ReduceSum", g.square(g.op("MatMul", offset, g.constant(root))), g.integers(2), keepdims=0)
    g.op("ReduceMin", each, g.integers(1), keepdims=0, out="distance")
    model = g.model(LENGTH, [("probabilities", ["n", network.coefs_[1].shape[1]]), ("distance", ["n"])])
    onnx.checker.check_model(model, full_check=True)
    return model


def called(run, windows, limit):
    """Labels as the check gives them: 7 is unknown."""
    probabilities, far = run.run(None, {"window": windows.astype(np.float32)})
    best = probabilities[:, :OTHER].argmax(1)
    sure = (probabilities[np.arange(len(best)), best] >= LEAST_SCORE) & (far <= limit)
    return np.where(sure, best, OTHER)


def of_recording(labels):
    """What most windows are called; unknown unless that is an exercise in at least two fifths of them."""
    counts = np.bincount(labels, minlength=OTHER + 1)
    best = int(counts[:OTHER].argmax())
    return best if counts[best] * 5 >= len(labels) * 2 else OTHER


def tested(people, persons, run, limit):
    """Confusions of windows and of recordings, rows what it was."""
    windows, recordings = np.zeros((OTHER, OTHER + 1), int), np.zeros((OTHER, OTHER + 1), int)
    for recording, kind, person, _ in people.recordings:
        if person in persons:
            labels = called(run, windows_of(recording, LENGTH // 2), limit)
            np.add.at(windows[kind], labels, 1)
            recordings[kind, of_recording(labels)] += 1
    return windows, recordings


def share(confusion):
    return f"{int(np.trace(confusion))} of {int(confusion.sum())}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    people, measure = People(folder), features()
    motion = motions.read_recordings(source(folder, "BasicMotions_TRAIN.ts"))
    test, test_labels = motions.read_recordings(source(folder, "BasicMotions_TEST.ts"))
    strange = np.concatenate([motions.with_turning_gravity(test, motions.directions(np.random.default_rng(i), len(test))) for i in range(5)])
    report = {"labels": LABELS + ["unknown"], "left_out": [], "kinds_left_out": []}
    total = [np.zeros((OTHER, OTHER + 1), int), np.zeros((OTHER, OTHER + 1), int)]
    false_calls = np.zeros(2, int)
    for person in range(1, 11):
        rest = [other for other in range(1, 11) if other != person]
        model, limit = train(people, rest, measure, *motion, SEED + person)
        run = session(model)
        windows, recordings = tested(people, [person], run, limit)
        total[0] += windows
        total[1] += recordings
        for recording in strange:
            false_calls += [of_recording(called(run, windows_of(recording, LENGTH // 2), limit)) != OTHER, 1]
        report["left_out"].append({"person": person, "limit": round(limit, 2), "windows": windows.tolist(), "recordings": recordings.tolist()})
        print(f"without person {person:2}: windows {share(windows)}, recordings {share(recordings)}, limit {limit:.2f}", flush=True)
    print(f"people left out: windows {share(total[0])}, recordings {share(total[1])}; other motion called an exercise: {false_calls}")
    print(total[1])
    report["windows"], report["recordings"] = total[0].tolist(), total[1].tolist()
    report["other_motion_called_an_exercise"] = false_calls.tolist()

    everyone = set(range(1, 11)) - set(HELD_PEOPLE)
    model, limit = train(people, sorted(everyone), measure, *motion, SEED)
    windows, recordings = tested(people, HELD_PEOPLE, session(model), limit)
    report["shipped"] = {"never_seen": list(HELD_PEOPLE), "windows": windows.tolist(), "recordings": recordings.tolist()}
    print(f"shipped, on {HELD_PEOPLE}: windows {share(windows)}, recordings {share(recordings)}, limit {limit:.3f}")
    data = model.SerializeToString(deterministic=True)
    (HERE / "model.onnx").write_bytes(data)
    print(f"model.onnx: {len(data)} bytes, blake3 {blake3.blake3(data).hexdigest()}, sha256 {hashlib.sha256(data).hexdigest()}")
    (HERE / "fixtures" / "people.json").write_text(json.dumps(report, separators=(",", ":")).replace('{"person"', '\n{"person"') + "\n")


if __name__ == "__main__":
    main()
