"""Recordings, what real devices do to them, and signals that are no motion at all."""

import numpy as np

from motion_graph import GRAVITY, RATE, UNIT_LIMIT

STANDARD_GRAVITY = 9.81  # m/s2, as added in tests
LABELS = ["standing", "walking", "running", "badminton"]  # the order of the model's outputs; `unknown` comes fifth


def read_recordings(path):
    """Reads a .ts file of BasicMotions: recordings [n, 6, 100] (acceleration, angular velocity) and labels [n]."""
    recordings, labels, in_data = [], [], False
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.strip()
            if not in_data:
                in_data = line.lower() == "@data"
                continue
            *channels, label = line.split(":")
            recordings.append([[float(value) for value in channel.split(",")] for channel in channels])
            labels.append(LABELS.index(label.lower()))
    return np.array(recordings), np.array(labels)


def resample(micros, values, length):
    """The check's resampling, as in resample.rs: microseconds from the window's start and values, to [length] at 10 Hz.

    Readings are joined by straight lines, held before the first and after the last. Above 15 readings a second each result is the
    mean of those lines over its tenth of a second; otherwise their value on a grid of tenths that starts at the first reading's
    place in its tenth.
    """
    micros, values, step = np.asarray(micros, np.int64), np.asarray(values, float), 1_000_000 // RATE
    grid = np.arange(length + 1) * step
    if 2 * len(micros) <= 3 * length:
        return np.interp(grid[:-1] + micros[0] % step, micros, values)
    knots = np.union1d(micros, grid)
    heights = np.interp(knots, micros, values)
    area = np.concatenate([[0.0], np.cumsum(np.diff(knots) * (heights[1:] + heights[:-1]) / 2)])
    return np.diff(area[np.searchsorted(knots, grid)]) / step


def read_exercises(path, length, step_seconds):
    """Cuts seglearn's watch_dataset.npy (50 Hz, acceleration in g) into windows [n, 6, length]; also each one's person and kind."""
    data = np.load(path, allow_pickle=True).item()  # a pickle: train.py verifies the file's hash first
    micros = np.arange(length * 5) * 20_000
    windows, people, kinds = [], [], []
    for signal, person, kind in zip(data["X"], data["subject"], data["y"]):
        for first in range(0, len(signal) - len(micros) + 1, int(step_seconds * 50)):
            windows.append([resample(micros, channel, length) for channel in signal[first:first + len(micros)].T])
            people.append(int(person))
            kinds.append(int(kind))
    return np.array(windows), np.array(people), np.array(kinds)


def rotations(rng, n):
    """Uniformly random rotations [n, 3, 3] (QR of a Gaussian matrix, signs fixed)."""
    q, r = np.linalg.qr(rng.normal(size=(n, 3, 3)))
    q = q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None, :]
    q[np.linalg.det(q) < 0, :, 0] *= -1
    return q


def rotated(windows, turn):
    return np.concatenate([turn @ windows[:, :3], turn @ windows[:, 3:]], axis=1)


def directions(rng, n):
    v = rng.normal(size=(n, 3))
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def with_gravity(windows, direction, size=STANDARD_GRAVITY):
    result = windows.copy()
    result[:, :3] += size * np.broadcast_to(direction, (len(windows), 3))[:, :, None]
    return result


def in_g(windows, unit=GRAVITY):
    result = windows.copy()
    result[:, :3] /= unit
    return result


def with_turning_gravity(windows, direction):
    """Adds gravity that turns with the wrist, by integrating the gyroscope: what a device without sensor fusion reports."""
    result = windows.copy()
    g = STANDARD_GRAVITY * np.broadcast_to(direction, (len(windows), 3)).copy()
    for t in range(windows.shape[2]):
        result[:, :3, t] += g
        step = windows[:, 3:, t] / RATE
        angle = np.linalg.norm(step, axis=1, keepdims=True)
        axis = step / np.maximum(angle, 1e-12)
        # Rodrigues, by -angle: the world turns the other way as seen from the device
        g = (g * np.cos(angle) - np.cross(axis, g) * np.sin(angle) + axis * (axis * g).sum(1, keepdims=True) * (1 - np.cos(angle)))
    return result


def shifted(recordings, offsets, length, stretch=1.0):
    """Cuts windows at fractional offsets (in readings) by straight lines between readings, which also smooths them a little."""
    n = len(recordings)
    place = offsets[:, None] + np.arange(length)[None, :] * np.reshape(stretch, (-1, 1))
    place = np.clip(place, 0, recordings.shape[2] - 1)
    low = np.minimum(place.astype(int), recordings.shape[2] - 2)
    part = (place - low)[:, None, :]
    rows = np.arange(n)[:, None]
    a = recordings.transpose(0, 2, 1)[rows, low].transpose(0, 2, 1)
    b = recordings.transpose(0, 2, 1)[rows, low + 1].transpose(0, 2, 1)
    return a * (1 - part) + b * part


def box_smoothed(windows):
    """What averaging does to a 10 Hz signal that was joined by lines to a higher rate: half of each neighbour pair."""
    after = np.concatenate([windows[:, :, 1:], windows[:, :, -1:]], axis=2)
    return 0.5 * (windows + after)


def augmented(rng, recordings, labels, length, copies, turning_share=0.3):
    """Windows as other devices and other moments would have given them."""
    pick = np.repeat(np.arange(len(recordings)), copies)
    n, span = len(pick), recordings.shape[2]
    stretch = rng.uniform(0.92, 1.08, n)
    room = np.maximum(span - 1 - (length - 1) * stretch, 0.0)
    offsets = rng.uniform(0, 1, n) * room
    whole = rng.random(n) < 0.5
    stretch[whole], offsets[whole] = 1.0, np.floor(rng.uniform(0, 1, whole.sum()) * (span - length + 1))
    windows = shifted(recordings[pick], offsets, length, stretch)
    smooth = rng.random(n) < 0.3
    windows[smooth] = box_smoothed(windows[smooth])
    windows[:, :3] *= rng.uniform(0.85, 1.15, (n, 1, 1))
    windows[:, 3:] *= rng.uniform(0.85, 1.15, (n, 1, 1))
    for sensor in (slice(0, 3), slice(3, 6)):
        size = windows[:, sensor].std(axis=(1, 2), keepdims=True)
        windows[:, sensor] += rng.normal(size=(n, 3, length)) * size * rng.uniform(0, 0.05, (n, 1, 1))
    turning = rng.random(n) < turning_share
    windows[turning] = with_turning_gravity(windows[turning], directions(rng, turning.sum()))
    windows = rotated(windows, rotations(rng, n))
    other_unit = rng.random(n) < 0.4
    windows[other_unit] = in_g(windows[other_unit])
    return windows, labels[pick], pick


def as_standing(rng, windows, share):
    """Some of the windows, of whatever motion, made as small as standing is (acceleration of 0.3 to 1.3 m/s2 rms).

    A wrist that hardly moves belongs to someone who stands, in whatever rhythm it fidgets; ten recordings do not show that.
    """
    small = windows[rng.random(len(windows)) < share]
    centred = small - small.mean(axis=2, keepdims=True)
    acceleration = np.sqrt((centred[:, :3] ** 2).sum(1).mean(1))
    turning = np.sqrt((centred[:, 3:] ** 2).sum(1).mean(1))
    wanted = 10 ** rng.uniform(np.log10(0.3), np.log10(1.3), len(small)) / np.where(acceleration < UNIT_LIMIT * turning, GRAVITY, 1.0)
    return small * (wanted / acceleration)[:, None, None]


def white(rng, n, length, kind):
    if kind == "gaussian":
        return rng.normal(size=(n, 6, length))
    return rng.uniform(-np.sqrt(3), np.sqrt(3), size=(n, 6, length))


def other_motion(rng, n, exercises):
    """Real arms that do something else: windows of exercises, turned, scaled and in either unit."""
    windows = exercises[rng.integers(0, len(exercises), n)]
    windows = rotated(windows, rotations(rng, n))
    windows[:, :3] *= rng.uniform(0.85, 1.15, (n, 1, 1))
    windows[:, 3:] *= rng.uniform(0.85, 1.15, (n, 1, 1))
    in_metres = rng.random(n) < 0.6
    windows[in_metres, :3] *= GRAVITY
    return windows


def no_motion(rng, n, recordings, length):
    """Signals that are no motion a person makes: the fifth class in training, n of them spread over the kinds below."""
    def sizes(count, low=-2.0, high=1.6):
        return 10 ** rng.uniform(low, high, count)

    def scaled(signal, per_axis=False):
        # acceleration anywhere, gyroscope a random multiple of it, sometimes as on a real wrist
        m = len(signal)
        acceleration = sizes(m)
        turning = np.where(rng.random(m) < 0.6, acceleration / rng.uniform(1.2, 3.0, m), sizes(m))
        signal = signal * np.concatenate([np.repeat(acceleration[:, None], 3, 1), np.repeat(turning[:, None], 3, 1)], 1)[:, :, None]
        if per_axis:
            signal = signal * 10 ** rng.uniform(-0.5, 0.5, (m, 6, 1))
        return signal

    k = max(n // 12, 1)
    t = np.arange(length) / RATE
    parts = [scaled(white(rng, 2 * k, length, "gaussian")), scaled(white(rng, k, length, "gaussian"), True), scaled(white(rng, 2 * k, length, "uniform")),
             scaled(white(rng, k, length, "uniform"), True)]
    parts.append(scaled(rng.laplace(size=(k, 6, length)) / np.sqrt(2)))
    coloured = white(rng, k, length + 1, "gaussian")
    part = rng.uniform(0.1, 0.5, (k, 1, 1))
    parts.append(scaled(coloured[:, :, :-1] * (1 - part) + coloured[:, :, 1:] * part))
    walk = np.cumsum(rng.normal(size=(k, 6, length)), axis=2)
    parts.append(scaled(walk / walk.std(axis=2, keepdims=True)))
    # the right sizes and axes, the order of time lost: white noise in a motion's clothes
    windows, _, _ = augmented(rng, recordings, np.zeros(len(recordings), int), length, k // len(recordings) + 1, 0.0)
    windows = windows[rng.permutation(len(windows))[:k]]
    parts.append(rng.permuted(windows, axis=2))
    # one sensor moves, the other reports noise
    lonely = augmented(rng, recordings, np.zeros(len(recordings), int), length, k // len(recordings) + 1, 0.0)[0]
    lonely = lonely[rng.permutation(len(lonely))[:k]]
    dead = rng.random(len(lonely)) < 0.5
    noise = white(rng, len(lonely), length, "gaussian") * 10 ** rng.uniform(-3, 0, (len(lonely), 1, 1))
    lonely[dead, :3], lonely[~dead, 3:] = noise[dead, :3], noise[~dead, 3:]
    parts.append(lonely)
    # a machine: one pure tone on every axis
    tone = np.sin(2 * np.pi * rng.uniform(0.2, 5.0, (k, 1, 1)) * t + rng.uniform(0, 2 * np.pi, (k, 6, 1))) * np.sqrt(2)
    parts.append(scaled(tone * 10 ** rng.uniform(-0.5, 0.3, (k, 6, 1)) + 0.05 * rng.normal(size=(k, 6, length))))
    # knocks on a table
    knocks = np.where(rng.random((k, 1, length)) < rng.uniform(0.01, 0.1, (k, 1, 1)), rng.normal(size=(k, 6, length)) * 5, rng.normal(size=(k, 6, length)) * 0.05)
    parts.append(scaled(knocks))
    signals = np.concatenate(parts)
    gravity = rng.random(len(signals)) < 0.5
    signals[gravity] = with_gravity(signals[gravity], directions(rng, gravity.sum()))
    return signals
