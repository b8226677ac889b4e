"""Truth files written by Keras 3 and HGQ2: python make_keras3.py FOLDER [--large] [--only WORD]."""
import functools
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import h5py
import jax
import keras
import numpy as np
from hgq.config import QuantizerConfigScope
from hgq.layers import QConv2D, QDense
from importlib.metadata import version
from keras import Model, Sequential, layers as L

from truth import asked, generator, keras_chain, wafers, weights_like


def fill(model, name):
    r = generator(name)
    for layer in model.layers:
        if isinstance(layer, Model):
            fill(layer, name + layer.name)
            continue
        if type(layer).__module__.startswith("hgq"):
            for w in (layer._kernel, layer.bias) if hasattr(layer, "_kernel") else ():
                if w is not None:
                    w.assign(weights_like(r, "bias" if w.ndim == 1 else "kernel", w.shape).astype("float32"))
            continue
        layer.set_weights([weights_like(r, w.path, w.shape).astype("float32") for w in layer.weights if "seed" not in w.path] + [w.numpy() if hasattr(w, "numpy") else np.asarray(w) for w in layer.weights if "seed" in w.path])


chain = functools.partial(keras_chain, keras)


def cases(o):
    conv = lambda **k: L.Conv2D(**{"filters": o.filters, "kernel_size": 3, "strides": 2, "padding": "same", "name": "conv", **k})  # noqa: E731
    dense = lambda **k: L.Dense(o.latents, name="latents", **k)  # noqa: E731
    c = {}
    c["plain"] = "Conv2D, ReLU, Flatten, Dense, ReLU", lambda: chain(o)
    c["inside"] = "activation='relu' inside", lambda: chain(o, conv(activation="relu"), None, dense=dense(activation="relu"), act2=None)
    for text in ("relu6", "leaky_relu", "hard_sigmoid", "sigmoid", "tanh", "silu", "gelu", "elu", "selu", "softplus", "softmax", "hard_silu", "mish", "celu", "hard_tanh", "squareplus"):
        c[f"activation_{text}"] = f"activation='{text}' inside Conv2D and Dense", lambda t=text: chain(o, conv(activation=t), None, dense=dense(activation=t), act2=None)
    for name, make in {
        "relu_max": lambda: L.ReLU(max_value=0.6, name="act"),
        "relu_all": lambda: L.ReLU(max_value=0.6, negative_slope=0.2, threshold=0.15, name="act"),
        "leaky": lambda: L.LeakyReLU(0.1, name="act"),
        "prelu": lambda: L.PReLU(shared_axes=[1, 2], name="act"),
        "elu": lambda: L.ELU(0.7, name="act"),
        "softmax_layer": lambda: L.Softmax(name="act"),
        "activation": lambda: L.Activation("relu", name="act"),
    }.items():
        c[name] = f"{name} as a layer", lambda m=make: chain(o, act=m())
    c["bn"] = "BatchNormalization after ReLU", lambda: chain(o, between=[L.BatchNormalization(name="bn")])
    c["bn_plain"] = "BatchNormalization, center and scale off", lambda: chain(o, act=L.BatchNormalization(center=False, scale=False, epsilon=0.01, name="bn"), between=[L.ReLU(name="act")])
    c["nobias"] = "use_bias=False", lambda: chain(o, conv(use_bias=False), dense=dense(use_bias=False))
    c["flat_cf"] = "Flatten(channels_first)", lambda: chain(o, flatten=L.Flatten(data_format="channels_first", name="flatten"))
    c["channels_first"] = "Conv2D(channels_first), 1x8x8", lambda: chain(o, conv(data_format="channels_first"), shape=(1, 8, 8))
    c["permute"] = "Permute", lambda: chain(o, between=[L.Permute((3, 1, 2), name="permute")])
    c["reshape"] = "Reshape((-1,))", lambda: chain(o, flatten=L.Reshape((-1,), name="flatten"))
    c["reshape_in"] = "input of 64, Reshape", lambda: chain(o, pre=[L.Reshape((8, 8, 1), name="image")], shape=(64,))
    c["zeropad"] = "ZeroPadding2D, valid", lambda: chain(o, conv(padding="valid"), pre=[L.ZeroPadding2D(((0, 1), (0, 1)), name="pad")])
    c["valid"] = "valid", lambda: chain(o, conv(padding="valid"))
    c["dilation"] = "dilation 2", lambda: chain(o, conv(strides=1, dilation_rate=2))
    c["groups"] = "groups 3 over 4x4x3", lambda: chain(o, conv(filters=6, groups=3, strides=1), shape=(4, 4, 3))
    c["depthwise"] = "DepthwiseConv2D", lambda: chain(o, between=[L.DepthwiseConv2D(2, depth_multiplier=2, name="depthwise")])
    c["separable"] = "SeparableConv2D", lambda: chain(o, L.SeparableConv2D(o.filters, 3, strides=2, padding="same", name="conv"))
    c["maxpool"] = "MaxPooling2D", lambda: chain(o, conv(strides=1), between=[L.MaxPooling2D(3, 2, "same", name="pool")])
    c["avgpool"] = "AveragePooling2D, same", lambda: chain(o, conv(strides=1), between=[L.AveragePooling2D(3, 2, "same", name="pool")])
    c["transpose_conv"] = "Conv2DTranspose", lambda: chain(o, between=[L.Conv2DTranspose(o.filters, 3, strides=2, padding="same", name="up")])
    c["identity"] = "Dropout, GaussianNoise, Identity", lambda: chain(o, pre=[L.GaussianNoise(0.1, name="noise")], between=[L.Dropout(0.2, name="drop"), L.Identity(name="same")])
    c["rescaling"] = "Rescaling", lambda: chain(o, pre=[L.Rescaling(2.0, -0.1, name="scale")])
    c["sequential"] = "Sequential", lambda: Sequential([L.Input((8, 8, 1), name="wafer"), conv(activation="relu"), L.Flatten(name="flatten"), dense(activation="relu")], name="encoder")
    c["nested"] = "a model in a model", lambda: nested(o)
    c["autoencoder"] = "encoder and decoder, a layer `dense` in each", lambda: autoencoder(o)
    c["concat"] = "Concatenate of two convolutions", lambda: merge(o, L.Concatenate(name="merge"))
    c["add"] = "Add of two convolutions", lambda: merge(o, L.Add(name="merge"))
    c["operations"] = "x * 2 + 0.1 written in Python", lambda: operations(o)
    c["twoheads"] = "two outputs", lambda: two_heads(o)
    c["conditional"] = "a second input", lambda: conditional(o)
    c["lambda"] = "Lambda", lambda: chain(o, pre=[L.Lambda(lambda x: x * 2, name="twice", output_shape=(8, 8, 1))])
    return c


def nested(o):
    inner = chain(o)
    a = L.Input((8, 8, 1), name="image")
    return Model(a, L.Dense(o.latents, activation="relu", name="last")(inner(a)), name="whole")


def autoencoder(o):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv2d")(a)
    encoder = Model(a, L.Dense(o.latents, activation="relu", name="dense")(L.Flatten(name="flatten")(x)), name="encoder")
    b = L.Input((o.latents,), name="received")
    y = L.Reshape((4, 4, 2), name="reshape")(L.Dense(32, activation="relu", name="dense")(b))
    decoder = Model(b, L.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid", name="conv2d_t")(y), name="decoder")
    whole = L.Input((8, 8, 1), name="image")
    return Model(whole, decoder(encoder(whole)), name="autoencoder")


def merge(o, layer):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv_a")(a)
    y = L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv_b")(a)
    return Model(a, L.Dense(o.latents, activation="relu", name="latents")(L.Flatten(name="flatten")(layer([x, y]))))


def operations(o):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv")(a * 2.0 + 0.1)
    return Model(a, L.Dense(o.latents, activation="relu", name="latents")(L.Flatten(name="flatten")(x)))


def two_heads(o):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Flatten(name="flatten")(L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv")(a))
    return Model(a, [L.Dense(o.latents, activation="relu", name="mean")(x), L.Dense(o.latents, name="spread")(x)])


def conditional(o):
    a, b = L.Input((8, 8, 1), name="wafer"), L.Input((2,), name="condition")
    x = L.Flatten(name="flatten")(L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv")(a))
    return Model([a, b], L.Dense(o.latents, activation="relu", name="latents")(L.Concatenate(name="with")([x, b])))


def hgq_cases(o):
    F, N = o.filters, o.latents

    def make(q_type="kif", overflow="SAT", rounding="RND", granular=None, activation="relu", bits=None, default=False):
        def build():
            if default:
                a = L.Input((8, 8, 1), name="wafer")
                x = QConv2D(F, 3, strides=2, padding="same", activation=activation, name="conv")(a)
                return Model(a, QDense(N, activation=activation, name="latents")(L.Flatten(name="flatten")(x)))
            k = {} if granular is None else {"homogeneous_axis": granular} 
            fixed = {"kif": {"i0": 1, "f0": bits or 5}, "kbi": {"b0": (bits or 5) + 1, "i0": 1}}[q_type]
            with QuantizerConfigScope(q_type=q_type, place="all", overflow_mode=overflow, round_mode=rounding, **fixed):
                a = L.Input((8, 8, 1), name="wafer")
                x = QConv2D(F, 3, strides=2, padding="same", activation=activation, name="conv")(a)
                return Model(a, QDense(N, activation=activation, name="latents")(L.Flatten(name="flatten")(x)))
        return build

    c = {}
    c["default"] = "as HGQ2 makes it", make(default=True)
    for q_type in ("kif", "kbi"):
        c[q_type] = f"quantisers {q_type}, SAT, RND", make(q_type)
    for overflow in ("SAT", "SAT_SYM", "WRAP"):
        c[f"overflow_{overflow.lower()}"] = f"overflow_mode {overflow}", make(overflow=overflow)
    for rounding in ("RND", "RND_CONV", "TRN", "S_RND", "S_RND_CONV"):
        c[f"round_{rounding.lower()}"] = f"round_mode {rounding}", make(rounding=rounding)
    c["linear"] = "no activation", make(activation=None)
    return c


def layer_outputs(model, x):
    nodes = {layer.name: layer.output for layer in model.layers if not isinstance(layer, (L.InputLayer, Model)) and not isinstance(layer.output, (list, tuple)) and len(layer._inbound_nodes) == 1}
    for layer in model.layers:
        if isinstance(layer, Model):  # its call in this model, not its own graph
            nodes[layer.name] = layer._inbound_nodes[-1].outputs[0]
    outputs = Model(model.inputs, list(nodes.values())).predict(x, batch_size=100, verbose=0)
    values = dict(zip(nodes, outputs if isinstance(outputs, list) else [outputs]))
    whole = model.predict(x, batch_size=100, verbose=0)
    if not isinstance(whole, list):
        values["output"] = whole
    return values


def main():
    out = asked()
    for prefix, table in (("k3", cases(out)), ("hg", hgq_cases(out))):
        for key, (what, make) in table.items():
            name = f"{prefix}_{key}"
            if not out.wanted(name):
                continue
            try:
                keras.utils.clear_session()
                keras.utils.set_random_seed(1)
                model = make()
                fill(model, name)
                inputs = {t.name: wafers(out.rows, tuple(t.shape[1:]), "wafers" if i == 0 else t.name) for i, t in enumerate(model.inputs)}
                first = list(inputs.values())
                x = first if len(first) > 1 else first[0]
                if prefix == "hg":
                    model(x, training=True)
                layers = layer_outputs(model, x)
                all_forms = key in ("plain", "autoencoder", "bn", "nested", "conditional", "sequential", "default", "kbi", "kif", "prelu")
                forms = [("", [".keras"])] + ([("_h5", [".h5"]), ("_weights", [".json", ".weights.h5"])] if all_forms else [])
                for suffix, ends in forms:
                    for end in ends:
                        path = out.path(name + suffix + end)
                        if end == ".json":
                            with open(path, "w") as f:
                                f.write(model.to_json())
                        elif end == ".weights.h5":
                            model.save_weights(path)
                        else:
                            model.save(path)
                    out.reference(name + suffix, inputs, layers)
                    out.note(name + suffix, [name + suffix + end for end in ends], what + suffix.replace("_", "; "))
            except Exception as e:  # noqa: BLE001
                print(f"  {name}: {type(e).__name__} {(str(e).splitlines() or [''])[0][:200]}", file=sys.stderr)
    out.close("keras3", {"keras": keras.__version__, "hgq2": version("hgq2"), "jax": jax.__version__, "h5py": h5py.__version__, "numpy": np.__version__})


main()
