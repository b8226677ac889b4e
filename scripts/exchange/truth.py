"""What the makers of truth files share: seeded inputs and weights, names, the file of outputs.

A case NAME is one file (or several) NAME.* and NAME.ref.npz: `input` (or `input:NAME` of a model with several), then one array
a layer, named as the tool names the layer (Keras) or the value (ONNX), in the order of computing, as the tool itself computed it
('/' written '|'); a layer that only passes on or reshapes what is before it is left out.
A case without NAME.ref.npz cannot be run by its tool here, or is there to be refused; `cases.json` says which and why.
"""
import argparse
import json
import os
import zipfile
import zlib

import numpy as np


class Out:
    """A folder of cases. `large`: ECON-T's own sizes and 500 wafers; else a few filters and rows, for files of a few kB."""

    def __init__(self, folder, large, only=None):
        self.folder = folder
        self.large = large
        self.only = only
        self.rows = 500 if large else 3
        self.filters = 8 if large else 2
        self.latents = 16 if large else 3
        self.cases = {}
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def wanted(self, name):
        return self.only is None or self.only in name

    def note(self, name, files, what, refused=False):
        self.cases[name] = {"files": files, "what": what, **({"refused": refused} if refused else {})}

    def reference(self, name, inputs, layers):
        """inputs, layers: dict of arrays; float32 or float64 as they came."""
        arrays = {("input" if len(inputs) == 1 else f"input:{k}"): v for k, v in inputs.items()}
        last = list(inputs.values())[-1]
        for key, value in layers.items():
            value = np.asarray(value)
            value = value.astype("uint8") if value.dtype == bool else value
            # Flatten and the like: the same numbers in the same order as the value before, not kept twice.
            if value.size != last.size or not np.array_equal(value.ravel(), last.ravel()):
                arrays[key.replace("/", "|")] = value
            last = value
        save_npz(self.path(name + ".ref.npz"), arrays)

    def close(self, part, versions):
        path = self.path("cases.json")
        old = json.load(open(path)) if os.path.exists(path) else {}
        old[part] = {"versions": versions, "cases": {**(old.get(part, {}).get("cases", {}) if self.only else {}), **self.cases}}
        with open(path, "w") as f:
            json.dump(old, f, indent=1, sort_keys=True)
            f.write("\n")


def asked():
    """The folder of cases that the command line asks for: FOLDER [--large] [--only WORD]."""
    p = argparse.ArgumentParser()
    p.add_argument("folder")
    p.add_argument("--large", action="store_true")
    p.add_argument("--only")
    a = p.parse_args()
    return Out(a.folder, a.large, a.only)


def save_npz(path, arrays):
    """As numpy.savez_compressed, but the same bytes at any time of day."""
    import io

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for key, value in arrays.items():
            b = io.BytesIO()
            np.save(b, value)
            z.writestr(zipfile.ZipInfo(key + ".npy", (1980, 1, 1, 0, 0, 0)), b.getvalue(), zipfile.ZIP_DEFLATED)


def generator(name):
    return np.random.default_rng(zlib.crc32(name.encode()))


def wafers(rows, shape=(8, 8, 1), seed="wafers"):
    """Charges as the chip normalises them: multiples of 1/128, most cells near 0, largest about 1."""
    r = generator(seed)
    x = r.exponential(1.0, (rows, *shape)) ** 2
    x /= x.reshape(rows, -1).sum(axis=1).reshape(-1, *([1] * len(shape)))
    return (np.floor(np.minimum(x * 6, 255 / 128) * 128) / 128).astype("float32")


def weights_like(r, name, shape):
    """A weight tensor of the size that trained ones have, by the last word of its name."""
    kind = name.split("/")[-1].split(":")[0].split(".")[-1]
    if kind == "gamma":
        return r.uniform(0.5, 1.5, shape)
    if kind in ("moving_variance", "variance", "running_var"):
        return r.uniform(0.3, 2.0, shape)
    if kind in ("beta", "moving_mean", "mean", "bias", "running_mean"):
        return r.uniform(-0.4, 0.4, shape)
    if kind == "alpha":
        return r.uniform(0.05, 0.4, shape)
    fan = int(np.prod(shape[:-1])) if len(shape) > 1 else 4
    return r.normal(0, 1.4 / np.sqrt(max(fan, 4)), shape)


def keras_chain(keras, out, conv=None, act="relu", flatten=None, dense=None, act2="relu", shape=(8, 8, 1), pre=(), between=(), after=()):
    """A model of input, `pre`, convolution, activation, `between`, flatten, dense, activation, `after`"""
    a = x = keras.layers.Input(shape, name="wafer")
    for layer in pre:
        x = layer(x)
    x = (conv or keras.layers.Conv2D(out.filters, 3, strides=2, padding="same", name="conv"))(x)
    if act is not None:
        x = (keras.layers.ReLU(name="act") if act == "relu" else act)(x)
    for layer in between:
        x = layer(x)
    x = (flatten or keras.layers.Flatten(name="flatten"))(x)
    x = (dense or keras.layers.Dense(out.latents, name="latents"))(x)
    if act2 is not None:
        x = (keras.layers.ReLU(name="act2") if act2 == "relu" else act2)(x)
    for layer in after:
        x = layer(x)
    return keras.Model(a, x, name="encoder")
