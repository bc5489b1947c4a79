"""A photo judged as Earnest judges it, in Python: Pillow decodes, NumPy measures, onnxruntime runs the same models on inputs of the same
size. Prints the milliseconds of each run, from the file's bytes to the verdicts and the copy that may leave."""
import io
import json
import sys
import time

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageFilter, ImageOps


def session(path):
    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])


def sharpness(grey):
    grey = grey.astype(np.float32)
    laplacian = -4 * grey[1:-1, 1:-1] + grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(laplacian.var() / (grey.var() + 1))


def perceptual_hash(image):
    grey = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BILINEAR), dtype=np.float64)
    steps = np.arange(32)
    basis = np.cos(np.pi * (steps[None, :] + 0.5) * steps[:8, None] / 32)
    low = (basis @ grey @ basis.T).ravel()
    return low > np.median(low)


def faces(network, image, longest, threshold=0.5):
    width, height = image.size
    scale = longest / max(width, height)
    size = tuple(int(np.ceil(side * scale / 32) * 32) for side in (width, height))
    tensor = np.asarray(image.resize(size, Image.Resampling.BILINEAR), dtype=np.float32).transpose(2, 0, 1)[None]
    heat, sizes, offsets, _ = network.run(None, {"input.1": np.ascontiguousarray(tensor)})
    found = []
    places = np.argwhere(heat[0, 0] > threshold)
    for row, column in places[np.argsort(-heat[0, 0][tuple(places.T)])]:
        high, wide = np.exp(sizes[0, :, row, column]) * 4
        middle_y, middle_x = (np.array([row, column]) + offsets[0, :, row, column] + 0.5) * 4
        box = np.array([middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2])
        found.append(box * np.array([width / size[0], height / size[1]] * 2))
    return found


def distinct(boxes):
    kept = []
    for box in boxes:
        if all(overlap(box, other) < 0.4 for other in kept):
            kept.append(box)
    return kept


def overlap(one, other):
    width, height = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    both = max(width, 0) * max(height, 0)
    return both / (np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2]) - both)


def unsafe(network, image):
    small = np.asarray(image.resize((224, 224), Image.Resampling.BILINEAR), dtype=np.float32)[:, :, ::-1]
    return network.run(None, {network.get_inputs()[0].name: (small - np.array([104, 117, 123], np.float32))[None]})


def content(network, image):
    small = np.asarray(image.resize((224, 224), Image.Resampling.BILINEAR), dtype=np.float32) / 255
    small = (small - np.array([0.485, 0.456, 0.406], np.float32)) / np.array([0.229, 0.224, 0.225], np.float32)
    return network.run(None, {network.get_inputs()[0].name: np.ascontiguousarray(small.transpose(2, 0, 1)[None])})


def main():
    path, times, longest, centerface, nsfw, mobilenet = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:7]
    data = open(path, "rb").read()
    networks = [session(model) for model in (centerface, nsfw, mobilenet)]
    millis = []
    for _ in range(times + 1):
        begun = time.perf_counter()
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
        small = image.copy()
        small.thumbnail((512, 512))
        grey = np.asarray(small.convert("L"))
        np.percentile(grey, [1, 50, 99])
        sharpness(grey)
        np.abs(np.fft.rfft2(grey))
        perceptual_hash(image)
        unsafe(networks[1], image)
        content(networks[2], image)
        # As closely, and from as far, as Earnest looks.
        close = round(max(image.size) * min(1.5, (3_000_000 / (image.width * image.height)) ** 0.5))
        for box in distinct(faces(networks[0], image, close) + faces(networks[0], image, longest)):
            place = tuple(int(side) for side in np.clip(box, 0, [image.width, image.height] * 2))
            if place[2] > place[0] and place[3] > place[1]:
                image.paste(image.crop(place).filter(ImageFilter.GaussianBlur(20)), place[:2])
        image.save(io.BytesIO(), "JPEG", quality=90)
        millis.append((time.perf_counter() - begun) * 1e3)
    print(json.dumps(millis[1:]))


main()
