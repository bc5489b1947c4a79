"""The faces of a photo blurred by deface, as it installs (through OpenCV; through onnxruntime, which it takes when `onnx` is there too, it
took longer) and as its command does it: the whole photo through CenterFace, each box blurred. Prints the
milliseconds of each run, from the file to the file."""
import json
import sys
import tempfile
import time

import imageio.v2 as imageio
from deface.centerface import CenterFace
from deface.deface import anonymize_frame


def main():
    path, times = sys.argv[1], int(sys.argv[2])
    network = CenterFace(in_shape=None, backend="opencv")
    millis = []
    with tempfile.NamedTemporaryFile(suffix=".jpg") as out:
        for _ in range(times + 1):
            begun = time.perf_counter()
            frame = imageio.imread(path)
            boxes, _ = network(frame, threshold=0.2)
            anonymize_frame(
                boxes, frame, mask_scale=1.3, replacewith="blur", ellipse=True, draw_scores=False, replaceimg=None, mosaicsize=20
            )
            imageio.imsave(out.name, frame)
            millis.append((time.perf_counter() - begun) * 1e3)
    print(json.dumps(millis[1:]))


main()
