"""What `tokenizers` and Python's ONNX Runtime make of texts: python3 parity.py VOCABULARY MODEL TEXTS.json, JSON out.

All are cut; of those beyond the first twenty every sixth is read as well.
"""

import json
import sys
import time

import numpy
import onnxruntime
from tokenizers.implementations import BertWordPieceTokenizer

vocabulary, model, texts = sys.argv[1:4]
started = time.perf_counter()
tokenizer = BertWordPieceTokenizer(vocabulary, lowercase=True)
tokenizer.enable_truncation(256)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
loaded = time.perf_counter() - started


def meaning(text):
    ids = tokenizer.encode(text).ids
    row = numpy.array([ids], dtype=numpy.int64)
    inputs = {"input_ids": row, "attention_mask": numpy.ones_like(row), "token_type_ids": numpy.zeros_like(row)}
    (hidden,) = session.run(["last_hidden_state"], inputs)
    mean = hidden[0].mean(axis=0)
    return ids, mean / numpy.linalg.norm(mean)


with open(texts, encoding="utf-8") as file:
    texts = json.load(file)
meaning("warm")
started = time.perf_counter()
read = [place for place in range(len(texts)) if place < 20 or place % 6 == 0]
said = {place: meaning(texts[place]) for place in read}
each = (time.perf_counter() - started) * 1e3 / len(read)
answers = [
    {"ids": said[place][0], "meaning": [float(value) for value in said[place][1]]}
    if place in said
    else {"ids": tokenizer.encode(text).ids, "meaning": []}
    for place, text in enumerate(texts)
]
json.dump({"load_ms": loaded * 1e3, "each_ms": each, "said": answers}, sys.stdout)
