"""A text judged as Earnest judges it, in Python: patterns by re, meaning by the same model in onnxruntime, on words of the same list. Prints the
milliseconds of each run."""
import json
import re
import sys
import time

import numpy as np
import onnxruntime as ort
from tokenizers import BertWordPieceTokenizer

PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"\b[a-z]{2}\d{2}(?:[ ]?[a-z0-9]){11,30}\b",
        r"\b\d(?:[ -]?\d){12,18}\b",
        r"(?:\+|\b0)\d(?:[ ./()-]{0,3}\d){6,14}\b",
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
        r"\b(?:my name is|i am called)\s+([A-Z]\w+)",
        r"\b\d{1,5}\s+(?:[A-Z]\w+\s+){1,3}(?:street|road|avenue|lane)\b",
    )
]


def embedding(network, tokenizer, text):
    tokens = tokenizer.encode(text)
    ids, mask = np.array([tokens.ids[:256]], np.int64), np.array([tokens.attention_mask[:256]], np.int64)
    hidden = network.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})[0]
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / np.linalg.norm(mean)


def main():
    path, times, model = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    tokenizer = BertWordPieceTokenizer(sys.argv[4], lowercase=True)
    network = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    prompt = "Describe the bench in the park and what stands around it."
    millis = []
    for _ in range(times + 1):
        begun = time.perf_counter()
        text = open(path, encoding="utf-8").read()
        for pattern in PATTERNS:
            text = pattern.sub("[removed]", text)
        words = re.findall(r"\w+", text.lower())
        len(set(words)) / max(len(words), 1)
        float((embedding(network, tokenizer, text) @ embedding(network, tokenizer, prompt).T)[0, 0])
        millis.append((time.perf_counter() - begun) * 1e3)
    print(json.dumps(millis[1:]))


main()
