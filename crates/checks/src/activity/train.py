"""Trains the activity check's model and writes model.onnx and fixtures/parity.json beside this file.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python train.py FOLDER              trains, after a cross-validation inside the train split
    venv/bin/python train.py FOLDER --held-out   also reports on what nothing above ever sees

FOLDER holds BasicMotions_TRAIN.ts and BasicMotions_TEST.ts of PyPI `sktime` 1.2.0 (sktime/datasets/data/BasicMotions) and
watch_dataset.npy of PyPI `seglearn` 1.2.5 (seglearn/data): `pip download --no-deps` and unzip. Their hashes are verified.

Every choice (window length, features, size of the network, thresholds) was made by cross-validation inside the train split.
The same seed, machine type and package versions give the same bytes; the hash that is printed belongs into manifest.toml and CARD.md.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one thread adds up in one order
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import hashlib
import json
import pathlib
import warnings

import blake3
import numpy as np
import onnx
import onnxruntime
from sklearn.covariance import LedoitWolf
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from motion_graph import GRAVITY, RATE, Graph, add_features
from motions import (LABELS, as_standing, augmented, box_smoothed, directions, in_g, no_motion, other_motion, read_exercises, read_recordings,
                     resample, rotated, rotations, white, with_gravity, with_turning_gravity)

HERE = pathlib.Path(__file__).parent
SEED = 20_250_601
COPIES = 120  # augmented windows of each recording
OTHERS, EXERCISES = 2_400, 960  # windows of no motion and of other motion
HIDDEN, NETWORKS, DECAY, ROUNDS = 24, 4, 0.1, 60
CLIP = 5.0  # standard deviations: no feature, however strange, outvotes the others
# In training four windows of ten are no motion that has a name; on a wrist that is on its way far fewer are. This prior moves the boundary.
UNKNOWN_PRIOR = 0.15
LEAST_SCORE, MOST_DISTANCE = 0.5, 8.0  # as in manifest.toml
HELD_PEOPLE = (3, 6, 9)  # of the ten who exercise: never trained on

SOURCES = {
    "BasicMotions_TRAIN.ts": "8dc43cc6306cb679c888c01e26f91772ac4441a916da43bac8b79734a538b9d6",
    "BasicMotions_TEST.ts": "79213102bc6fca1a398ad98ce1185dff0208fa3d1465e687f48288946b0ff8dc",
    "watch_dataset.npy": "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537",
}


def source(folder, name):
    """The path of a source file, once its SHA-256 is the one that the figures in CARD.md were measured with."""
    path = folder / name
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SOURCES[name]:
        raise SystemExit(f"{path} has SHA-256 {found}, not {SOURCES[name]}: take it from the package that CARD.md names")
    return path


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def features_of(length):
    g = Graph()
    columns, names = add_features(g, length)
    g.op("Identity", columns, out="features")
    run = session(g.model(length, [("features", ["n", len(names)])]))
    return lambda windows: run.run(None, {"window": windows.astype(np.float32)})[0].astype(float)


def train(recordings, labels, exercises, length, seed):
    """The finished ONNX model, from recordings [n, 6, readings], labels [n], and windows of other motion [m, 6, length]."""
    rng = np.random.default_rng(seed)
    windows, known, _ = augmented(rng, recordings, labels, length, COPIES)
    standing = known == LABELS.index("standing")
    windows[standing] *= 10 ** rng.uniform(np.log10(0.4), np.log10(1.6), (standing.sum(), 1, 1))
    small = as_standing(rng, windows[~standing], 0.1)
    windows = np.concatenate([windows, small])
    known = np.concatenate([known, np.full(len(small), LABELS.index("standing"))])
    others = np.concatenate([no_motion(rng, OTHERS, recordings, length), other_motion(rng, EXERCISES, exercises)])

    measure = features_of(length)
    features = measure(windows)
    centre, spread = features.mean(0), features.std(0)
    scaled = lambda f: np.clip((f - centre) / spread, -CLIP, CLIP)
    inputs = np.concatenate([scaled(features), scaled(measure(others))])
    targets = np.concatenate([known, np.full(len(others), len(LABELS))])
    networks = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose
        for i in range(NETWORKS):
            networks.append(MLPClassifier((HIDDEN,), alpha=DECAY, max_iter=ROUNDS, random_state=seed % 1_000 + i).fit(inputs, targets))

    # Distance to each motion: Mahalanobis on the features (unclipped), covariances shrunk as by Ledoit and Wolf, per feature.
    wide = (features - centre) / spread
    centres, roots = [], []
    for label in range(len(LABELS)):
        fit = LedoitWolf().fit(wide[known == label])
        centres.append(fit.location_)
        roots.append(np.linalg.cholesky(fit.precision_) / np.sqrt(wide.shape[1]))
    return finished(length, centre, spread, networks, np.array(centres), np.array(roots))


def finished(length, centre, spread, networks, centres, roots):
    g = Graph()
    columns, _ = add_features(g, length)
    wide = g.op("Div", g.op("Sub", columns, g.constant(centre)), g.constant(spread))
    scaled = g.op("Clip", wide, g.constant(-CLIP), g.constant(CLIP))
    # the networks side by side as one: hidden layers joined, logits averaged
    weights, biases = np.concatenate([n.coefs_[0] for n in networks], 1), np.concatenate([n.intercepts_[0] for n in networks])
    hidden = g.op("Relu", g.op("Gemm", scaled, g.constant(weights), g.constant(biases)))
    weights = np.concatenate([n.coefs_[1] for n in networks], 0) / len(networks)
    biases = np.mean([n.intercepts_[1] for n in networks], 0) + np.log([1, 1, 1, 1, UNKNOWN_PRIOR])
    g.op("Softmax", g.op("Gemm", hidden, g.constant(weights), g.constant(biases)), out="probabilities", axis=1)
    # ((x - c) R)^2 summed, for each motion; the nearest counts
    offset = g.op("Sub", g.op("Unsqueeze", wide, g.integers(1)), g.constant(centres))  # [n, 4, F]
    through = g.op("MatMul", g.op("Unsqueeze", offset, g.integers(2)), g.constant(roots))  # [n, 4, 1, F]
    each = g.op("ReduceSum", g.square(through), g.integers(2, 3), keepdims=0)
    g.op("ReduceMin", each, g.integers(1), keepdims=0, out="distance")
    model = g.model(length, [("probabilities", ["n", len(LABELS) + 1]), ("distance", ["n"])])
    onnx.checker.check_model(model, full_check=True)
    return model


def verdicts(run, windows):
    """Labels as the check gives them (4 is unknown), and distances."""
    probabilities, distance = run.run(None, {"window": windows.astype(np.float32)})
    best = probabilities[:, :4].argmax(1)
    sure = (probabilities[np.arange(len(best)), best] >= LEAST_SCORE) & (distance <= MOST_DISTANCE)
    return np.where(sure, best, 4), probabilities, distance


def cut(recordings, labels, length):
    starts = range(0, recordings.shape[2] - length + 1, length)
    return np.concatenate([recordings[:, :, s:s + length] for s in starts]), np.tile(labels, len(starts))


def cases(rng, windows, labels, length):
    """What the windows may look like when another device reports them, by name."""
    yield "as recorded", windows, labels
    for axis in range(3):
        for sign in (1, -1):
            yield f"gravity on {'-' if sign < 0 else '+'}{'xyz'[axis]}", with_gravity(windows, sign * np.eye(3)[axis]), labels
    some = np.concatenate([windows] * 5)
    yield "gravity in random directions", with_gravity(some, directions(rng, len(some))), np.tile(labels, 5)
    yield "in g", in_g(windows), labels
    yield "in g, with gravity", in_g(with_gravity(some, directions(rng, len(some)))), np.tile(labels, 5)
    yield "random rotations", rotated(some, rotations(rng, len(some))), np.tile(labels, 5)
    yield "averaged from 50 Hz lines", box_smoothed(windows), labels
    yield "gravity turning with the wrist", with_turning_gravity(some, directions(rng, len(some))), np.tile(labels, 5)
    yield "gravity turning, in g", in_g(with_turning_gravity(some, directions(rng, len(some)))), np.tile(labels, 5)
    for kind in ("gaussian", "uniform"):
        for wrist in (False, True):
            noise = np.concatenate([white(rng, 60, length, kind) * size for size in (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)])
            if wrist:
                noise[:, 3:] /= 2  # the proportion of a real wrist
            noise[::2] = with_gravity(noise[::2], directions(rng, len(noise[::2])))
            yield f"{kind} noise{', sized as on a wrist' if wrist else ''}", noise, np.full(len(noise), 4)
    yield "all kinds of no motion", no_motion(rng, 1_200, windows, length), 4


def tally(table, name, right, n):
    entry = table.setdefault(name, [0, 0])
    entry[0] += int(right)
    entry[1] += n


def show(title, table):
    print(f"\n{title}")
    for name, (right, n) in table.items():
        print(f"  {name:38} {right:5}/{n:<5} {100 * right / n:6.1f} %")


def cross_validate(recordings, labels, exercises, kinds, length):
    """Five folds; each leaves out two neighbouring recordings of every motion (neighbours are likely the same person), and one or
    two kinds of exercise."""
    table, distances = {}, []
    for fold in range(5):
        held = np.concatenate([np.flatnonzero(labels == label)[2 * fold:2 * fold + 2] for label in range(4)])
        rest = np.setdiff1d(np.arange(len(labels)), held)
        new_kind = kinds % 5 == fold
        run = session(train(recordings[rest], labels[rest], exercises[~new_kind], length, SEED + fold + 1))
        tally(table, "exercises of a kind not trained on", (verdicts(run, exercises[new_kind])[0] == 4).sum(), new_kind.sum())
        windows, truth = cut(recordings[held], labels[held], length)
        for name, some, expected in cases(np.random.default_rng(fold), windows, truth, length):
            got, _, distance = verdicts(run, some)
            tally(table, name, (got == expected).sum(), len(some))
            if name == "as recorded":
                distances.extend(distance)
                for label in range(4):
                    tally(table, f"  {LABELS[label]}", (got == truth)[truth == label].sum(), int((truth == label).sum()))
    show(f"cross-validation inside the train split, {length / RATE:g} s windows", table)
    print("  distance of held-out windows, quantiles 50 / 95 / 99 / 100 %:", np.quantile(distances, [0.5, 0.95, 0.99, 1]).round(2))


def held_out(run, recordings, labels, exercises, length):
    windows, truth = cut(recordings, labels, length)
    table = {}
    for name, some in (("exercises of people not trained on, in g", exercises), ("the same in m/s2", in_g(exercises, 1 / GRAVITY))):
        tally(table, name, (verdicts(run, some)[0] == 4).sum(), len(some))
    for name, some, expected in cases(np.random.default_rng(SEED), windows, truth, length):
        got, _, _ = verdicts(run, some)
        tally(table, name, (got == expected).sum(), len(some))
    got, _, _ = verdicts(run, windows)
    show("held out: the test split", table)
    print("  rows true, columns called:", LABELS + ["unknown"])
    for label in range(4):
        print(f"  {LABELS[label]:10}", [int(((truth == label) & (got == other)).sum()) for other in range(5)])


def parity(run, recordings, labels, length):
    """Readings as a device sends them, what they are resampled to, and what the model says: the Rust side must agree."""
    rng = np.random.default_rng(SEED)
    seconds = length / RATE
    entries = []

    def case(name, times, channels):
        micros = np.unique(np.round(times * 1e6).astype(np.int64))
        values = np.array([channel(micros / 1e6) for channel in channels], np.float32)
        window = np.array([resample(micros, row, length) for row in values])
        _, probabilities, distance = verdicts(run, window[None])
        entries.append({"name": name, "micros": micros.tolist(), "readings": [[float(f"{v:.9g}") for v in row] for row in values],
                        "resampled": [[round(float(v), 6) for v in row] for row in window],
                        "probabilities": [round(float(v), 7) for v in probabilities[0]], "distance": round(float(distance[0]), 5)})

    def lines(recording):
        grid = np.arange(recording.shape[1]) / RATE
        return [lambda t, row=row: np.interp(t, grid, row) for row in recording]

    every = lambda rate: np.arange(int(seconds * rate)) / rate
    for label in range(4):
        recording = recordings[np.flatnonzero(labels == label)[0]]
        case(f"{LABELS[label]} at 10 Hz", every(10), lines(recording))
        case(f"{LABELS[label]} at 50 Hz", every(50), lines(recording))
    walking = recordings[np.flatnonzero(labels == 1)[3]]
    case("walking at 13 Hz, uneven", every(13) + rng.uniform(0, 0.03, 65), lines(walking))
    case("walking in g with gravity", every(10), lines(in_g(with_gravity(walking[None], np.array([0.0, 0.6, -0.8])))[0]))
    case("walking at 10 Hz, 30 ms late", every(10) + 0.03, lines(walking))
    case("noise at 25 Hz", every(25), [lambda t: rng.normal(size=len(t))] * 6)
    (HERE / "fixtures").mkdir(exist_ok=True)
    (HERE / "fixtures" / "parity.json").write_text(json.dumps(entries, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=5, help="window length; only 5 s is written to model.onnx")
    parser.add_argument("--held-out", action="store_true", help="report on the test split and on people not trained on, after all choices")
    parser.add_argument("--no-cross-validation", action="store_true")
    arguments = parser.parse_args()
    length = arguments.seconds * RATE
    recordings, labels = read_recordings(source(arguments.folder, "BasicMotions_TRAIN.ts"))
    exercises, people, kinds = read_exercises(source(arguments.folder, "watch_dataset.npy"), length, 2.5)
    seen = ~np.isin(people, HELD_PEOPLE)
    exercises, kinds = exercises[seen], kinds[seen]
    if not arguments.no_cross_validation:
        cross_validate(recordings, labels, exercises, kinds, length)
    if arguments.seconds != 5:
        return
    model = train(recordings, labels, exercises, length, SEED)
    data = model.SerializeToString(deterministic=True)
    (HERE / "model.onnx").write_bytes(data)
    run = session(model)
    parity(run, recordings, labels, length)
    print(f"\nmodel.onnx: {len(data)} bytes, blake3 {blake3.blake3(data).hexdigest()}")
    if arguments.held_out:
        exercises, people, _ = read_exercises(source(arguments.folder, "watch_dataset.npy"), length, arguments.seconds)
        test = read_recordings(source(arguments.folder, "BasicMotions_TEST.ts"))
        held_out(run, *test, exercises[np.isin(people, HELD_PEOPLE)], length)


if __name__ == "__main__":
    main()
