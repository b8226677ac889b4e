"""Truth files written by Keras 2.11 and QKeras 0.9: python make_keras2.py FOLDER [--large] [--only WORD]."""
import functools
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import h5py
import keras
import numpy as np
import qkeras
import tensorflow as tf
import tf2onnx
from keras import Model, Sequential, layers as L
from qkeras import (QActivation, QAveragePooling2D, QBatchNormalization, QConv2D, QConv2DBatchnorm, QConv2DTranspose, QDense,
                    QDepthwiseConv2D, QGlobalAveragePooling2D)
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
from qkeras.quantizers import *  # noqa: F403  names in the strings below

from truth import asked, generator, keras_chain, wafers, weights_like

tf.get_logger().setLevel("ERROR")
q = quantized_bits  # noqa: F405


def fill(model, name):
    r = generator(name)
    for layer in model.layers:
        if isinstance(layer, Model):
            fill(layer, name + layer.name)
            continue
        new = [weights_like(r, w.name, w.shape).astype("float32") if w.dtype.is_floating else w.numpy() for w in layer.weights]
        # Batch normalisation inside a layer counts its steps in an integer.
        layer.set_weights(new)


chain = functools.partial(keras_chain, keras)


def quantised(out, kernel, bias="q(6,0,alpha=1)", act="quantized_relu(8,1)", act2="quantized_relu(9,1)"):
    """Both kernels with one quantiser; the quantisers are made anew, since QKeras keeps state in them."""
    new = lambda text: eval(text) if text is not None else None  # noqa: E731
    return chain(
        out,
        QConv2D(out.filters, 3, strides=2, padding="same", kernel_quantizer=new(kernel), bias_quantizer=new(bias), name="conv"),
        QActivation(act, name="act") if act else None,
        None,
        QDense(out.latents, kernel_quantizer=new(kernel), bias_quantizer=new(bias), name="latents"),
        QActivation(act2, name="act2") if act2 else None,
    )


KERNELS = {
    "alpha1": "q(6,0,alpha=1)",
    "default": "q(4,0)",
    "default_5_1": "q(5,1)",
    "alpha_auto": "q(6,0,alpha='auto')",
    "alpha_autopo2": "q(6,0,alpha='auto_po2')",
    "alpha_half": "q(4,0,alpha=0.5)",
    "alpha_03": "q(5,0,alpha=0.3)",
    "unsigned": "q(5,0,keep_negative=False,alpha=1)",
    "symmetric": "q(4,0,symmetric=1,alpha=1)",
    "integer2": "q(6,2,alpha=1)",
    "onebit": "q(1,0,alpha=1)",
    "stochastic": "q(6,0,alpha=1,use_stochastic_rounding=True)",
    "noise_half": "q(4,0,alpha=1,qnoise_factor=0.5)",
    "noise_none": "q(4,0,alpha=1,qnoise_factor=0.0)",
    "binary": "binary()",
    "binary_alpha1": "binary(alpha=1)",
    "binary_auto": "binary(alpha='auto')",
    "binary_01": "binary(use_01=True,alpha=1)",
    "ternary": "ternary()",
    "ternary_alpha1": "ternary(alpha=1)",
    "ternary_threshold": "ternary(alpha=1,threshold=0.2)",
    "ternary_auto": "ternary(alpha='auto')",
    "stochastic_binary": "stochastic_binary(alpha=1)",
    "stochastic_ternary": "stochastic_ternary(alpha=1)",
    "bernoulli": "bernoulli(alpha=1)",
    "po2": "quantized_po2(4)",
    "po2_max": "quantized_po2(4,max_value=0.5)",
    "po2_quadratic": "quantized_po2(4,quadratic_approximation=True)",
    "none": "None",
}
BIASES = {"3bit": "q(3,0,alpha=1)", "none": "None", "default": "q(4)", "po2": "quantized_po2(4)", "alpha_half": "q(4,0,alpha=0.5)",
          "autopo2": "q(4,0,alpha='auto_po2')", "integer1": "q(6,1,alpha=1)"}
ACTIVATIONS = {
    "relu_8_1": "quantized_relu(8,1)",
    "relu_4": "quantized_relu(4)",
    "relu_6_2": "quantized_relu(6,2)",
    "relu_ub": "quantized_relu(8,1,relu_upper_bound=0.7)",
    "relu_ub_noclip": "quantized_relu(8,1,relu_upper_bound=0.7,is_quantized_clip=False)",
    "relu_noclip": "quantized_relu(6,0,is_quantized_clip=False)",
    "relu_slope": "quantized_relu(8,1,negative_slope=0.25)",
    "relu_slope_ub": "quantized_relu(8,1,negative_slope=0.125,relu_upper_bound=1.0)",
    "relu_sigmoid": "quantized_relu(6,0,use_sigmoid=1)",
    "relu_stochastic": "quantized_relu(6,1,use_stochastic_rounding=True)",
    "relu_noise": "quantized_relu(4,1,qnoise_factor=0.5)",
    "relu_po2": "quantized_relu_po2(4)",
    "relu_po2_max": "quantized_relu_po2(4,max_value=1)",
    "relu_po2_slope": "quantized_relu_po2(4,negative_slope=0.25)",
    "bits_8_1": "quantized_bits(8,1,alpha=1)",
    "bits_8_1_default": "quantized_bits(8,1)",
    "bits_unsigned": "quantized_bits(8,1,keep_negative=False,alpha=1)",
    "bits_symmetric": "quantized_bits(4,1,symmetric=True,alpha=1)",
    "bits_half": "quantized_bits(6,1,alpha=0.5)",
    "tanh": "quantized_tanh(6)",
    "tanh_symmetric": "quantized_tanh(4,symmetric=True)",
    "tanh_real": "quantized_tanh(6,use_real_tanh=True)",
    "sigmoid": "quantized_sigmoid(6)",
    "sigmoid_symmetric": "quantized_sigmoid(4,symmetric=True)",
    "sigmoid_real": "quantized_sigmoid(6,use_real_sigmoid=True)",
    "ulaw": "quantized_ulaw(6,1,1)",
    "hswish": "quantized_hswish(6,1)",
    "binary": "binary(alpha=1)",
    "binary_default": "binary()",
    "ternary": "ternary(alpha=1)",
    "ternary_default": "ternary()",
    "stochastic_ternary": "stochastic_ternary(alpha=1)",
    "po2": "quantized_po2(4)",
    "name_relu": "relu",
    "name_tanh": "tanh",
    "name_hard_tanh": "hard_tanh",
    "name_hard_sigmoid": "hard_sigmoid",
    "name_smooth_sigmoid": "smooth_sigmoid",
}


def keras_layers(o):
    """Cases of Keras itself: name -> (what, model maker)."""
    conv = lambda **k: L.Conv2D(**{"filters": o.filters, "kernel_size": 3, "strides": 2, "padding": "same", "name": "conv", **k})  # noqa: E731
    dense = lambda **k: L.Dense(o.latents, name="latents", **k)  # noqa: E731
    c = {}
    c["plain"] = "Conv2D, ReLU, Flatten, Dense, ReLU", lambda: chain(o)
    for text in ("relu", "relu6", "tanh", "sigmoid", "hard_sigmoid", "softplus", "softsign", "selu", "elu", "gelu", "swish",
                 "exponential", "softmax", "linear"):
        c[f"activation_{text}"] = f"activation='{text}' inside Conv2D and Dense", lambda t=text: chain(
            o, conv(activation=t), None, dense=dense(activation=t), act2=None)
        if text in ("relu", "sigmoid", "softmax"):
            c[f"Activation_{text}"] = f"Activation('{text}') layers", lambda t=text: chain(
                o, act=L.Activation(t, name="act"), act2=L.Activation(t, name="act2"))
    for name, make in {
        "relu_max": lambda: L.ReLU(max_value=0.6, name="act"),
        "relu_slope": lambda: L.ReLU(negative_slope=0.2, name="act"),
        "relu_threshold": lambda: L.ReLU(threshold=0.15, name="act"),
        "relu_all": lambda: L.ReLU(max_value=0.6, negative_slope=0.2, threshold=0.15, name="act"),
        "leaky": lambda: L.LeakyReLU(0.1, name="act"),
        "leaky_default": lambda: L.LeakyReLU(name="act"),
        "prelu": lambda: L.PReLU(name="act"),
        "prelu_shared": lambda: L.PReLU(shared_axes=[1, 2], name="act"),
        "elu": lambda: L.ELU(0.7, name="act"),
        "thresholded": lambda: L.ThresholdedReLU(0.2, name="act"),
        "softmax_layer": lambda: L.Softmax(axis=-1, name="act"),
    }.items():
        c[name] = f"{name} as a layer after Conv2D", lambda m=make: chain(o, act=m())
    bn = lambda name="bn", **k: L.BatchNormalization(name=name, **k)  # noqa: E731
    c["bn_before"] = "BatchNormalization between Conv2D and ReLU, and between Dense and ReLU", lambda: bn_model(o, "before")
    c["bn_after"] = "BatchNormalization after ReLU", lambda: chain(o, between=[bn()])
    c["bn_input"] = "BatchNormalization on the input", lambda: chain(o, pre=[bn()])
    c["bn_plain"] = "BatchNormalization, center and scale off, epsilon 0.01", lambda: bn_model(o, "before", center=False, scale=False, epsilon=0.01)
    c["bn_nobias"] = "Conv2D and Dense without bias, then BatchNormalization", lambda: bn_model(o, "before", bias=False)
    c["bn_last"] = "BatchNormalization after the last ReLU", lambda: chain(o, after=[bn()])
    c["nobias"] = "use_bias=False", lambda: chain(o, conv(use_bias=False), dense=dense(use_bias=False))
    c["flat_cf"] = "Flatten(channels_first)", lambda: chain(o, flatten=L.Flatten(data_format="channels_first", name="flatten"))
    c["permute"] = "Permute((3,1,2)) before Flatten", lambda: chain(o, between=[L.Permute((3, 1, 2), name="permute")])
    c["permute_wh"] = "Permute((2,1,3)) before Flatten", lambda: chain(o, between=[L.Permute((2, 1, 3), name="permute")])
    c["reshape"] = "Reshape((-1,)) instead of Flatten", lambda: chain(o, flatten=L.Reshape((-1,), name="flatten"))
    c["reshape_in"] = "input of 64, Reshape to 8x8x1", lambda: chain(o, pre=[L.Reshape((8, 8, 1), name="image")], shape=(64,))
    c["reshape_in48"] = "Dense on 48 inputs", lambda: dense_only(o)
    c["zeropad"] = "ZeroPadding2D(((0,1),(0,1))), valid", lambda: chain(o, conv(padding="valid"), pre=[L.ZeroPadding2D(((0, 1), (0, 1)), name="pad")])
    c["zeropad_sym"] = "ZeroPadding2D(1), valid", lambda: chain(o, conv(padding="valid"), pre=[L.ZeroPadding2D(1, name="pad")])
    c["cropping"] = "Cropping2D", lambda: chain(o, conv(strides=1), pre=[L.Cropping2D(((1, 0), (0, 2)), name="crop")])
    c["valid"] = "valid, stride 2", lambda: chain(o, conv(padding="valid"))
    c["valid1"] = "valid, stride 1", lambda: chain(o, conv(padding="valid", strides=1))
    c["same1"] = "same, stride 1", lambda: chain(o, conv(strides=1))
    c["same3"] = "same, stride 3", lambda: chain(o, conv(strides=3))
    c["stride12"] = "strides (1, 2)", lambda: chain(o, conv(strides=(1, 2)))
    c["kernel5"] = "5x5, same, stride 2", lambda: chain(o, conv(kernel_size=5))
    c["kernel23"] = "2x3, same, stride 2", lambda: chain(o, conv(kernel_size=(2, 3)))
    c["kernel1"] = "1x1, same, stride 1", lambda: chain(o, conv(kernel_size=1, strides=1))
    c["dilation"] = "dilation_rate 2, same", lambda: chain(o, conv(strides=1, dilation_rate=2))
    c["depthwise"] = "DepthwiseConv2D after Conv2D", lambda: chain(o, between=[L.DepthwiseConv2D(2, depth_multiplier=2, name="depthwise")])
    c["separable"] = "SeparableConv2D", lambda: chain(o, L.SeparableConv2D(o.filters, 3, strides=2, padding="same", name="conv"))
    c["maxpool"] = "MaxPooling2D after ReLU", lambda: chain(o, conv(strides=1), between=[L.MaxPooling2D(name="pool")])
    c["maxpool_same"] = "MaxPooling2D(3, strides 2, same)", lambda: chain(o, conv(strides=1), between=[L.MaxPooling2D(3, 2, "same", name="pool")])
    c["avgpool"] = "AveragePooling2D after ReLU", lambda: chain(o, conv(strides=1), between=[L.AveragePooling2D(name="pool")])
    c["avgpool_same"] = "AveragePooling2D(3, strides 2, same): the divisor leaves the padding out", lambda: chain(
        o, conv(strides=1), between=[L.AveragePooling2D(3, 2, "same", name="pool")])
    c["globalavg"] = "GlobalAveragePooling2D", lambda: chain(o, flatten=L.GlobalAveragePooling2D(name="flatten"))
    c["globalmax"] = "GlobalMaxPooling2D", lambda: chain(o, flatten=L.GlobalMaxPooling2D(name="flatten"))
    c["upsampling"] = "UpSampling2D", lambda: chain(o, between=[L.UpSampling2D(name="up")])
    c["twoconv"] = "two convolutions", lambda: chain(o, between=[L.Conv2D(o.filters, 3, padding="same", activation="relu", name="conv2")])
    c["twodense"] = "two dense layers", lambda: chain(o, dense=L.Dense(o.latents + 2, activation="relu", name="hidden"), act2=None, after=[
        L.Dense(o.latents, activation="relu", name="latents")])
    c["convonly"] = "no dense layer", lambda: conv_only(o)
    c["identity"] = "Dropout, GaussianNoise, SpatialDropout2D, ActivityRegularization: nothing at inference", lambda: chain(
        o, pre=[L.GaussianNoise(0.1, name="noise")], between=[L.Dropout(0.2, name="drop"), L.SpatialDropout2D(0.1, name="drop2"), L.ActivityRegularization(l1=0.1, name="reg")])
    c["rescaling"] = "Rescaling(2, -0.1) on the input", lambda: chain(o, pre=[L.Rescaling(2.0, -0.1, name="scale")])
    c["normalization"] = "Normalization(mean, variance) on the input", lambda: chain(o, pre=[L.Normalization(mean=0.1, variance=0.5, name="norm")])
    c["layernorm"] = "LayerNormalization", lambda: chain(o, between=[L.LayerNormalization(name="ln")])
    c["lambda"] = "Lambda(x * 2)", lambda: chain(o, pre=[L.Lambda(lambda x: x * 2, name="twice")])
    c["oplambda"] = "x * 2 written in Python: TFOpLambda", lambda: op_lambda(o)
    c["sequential"] = "Sequential", lambda: Sequential([L.Input((8, 8, 1), name="wafer"), conv(activation="relu"), L.Flatten(name="flatten"), dense(activation="relu")], name="encoder")
    c["nested"] = "a model that contains an encoder model", lambda: nested(o)
    c["autoencoder"] = "encoder and decoder models in one, a layer `dense` in each", lambda: autoencoder(o)
    c["autoencoder_flat"] = "encoder and decoder layers in one chain", lambda: autoencoder_flat(o)
    c["add"] = "Add of two convolutions", lambda: merge(o, L.Add(name="merge"))
    c["concat"] = "Concatenate of two convolutions", lambda: merge(o, L.Concatenate(name="merge"))
    c["concat_axis1"] = "Concatenate(axis=1)", lambda: merge(o, L.Concatenate(axis=1, name="merge"))
    c["multiply"] = "Multiply of two convolutions", lambda: merge(o, L.Multiply(name="merge"))
    c["maximum"] = "Maximum of two convolutions", lambda: merge(o, L.Maximum(name="merge"))
    c["average"] = "Average of two convolutions", lambda: merge(o, L.Average(name="merge"))
    c["subtract"] = "Subtract of two convolutions", lambda: merge(o, L.Subtract(name="merge"))
    c["shared"] = "one Dense used twice", lambda: shared(o)
    c["twoheads"] = "two outputs", lambda: two_heads(o)
    c["conditional"] = "a second input, concatenated before the dense layer", lambda: conditional(o)
    c["cmssw"] = "4x4x3 image", lambda: chain(o, conv(strides=1), shape=(4, 4, 3))
    c["groups"] = "groups=3 over 4x4x3", lambda: chain(o, conv(filters=6, groups=3, strides=1), shape=(4, 4, 3))
    c["channels_first"] = "data_format channels_first, 1x8x8", lambda: chain(o, conv(data_format="channels_first"), flatten=L.Flatten(data_format="channels_first", name="flatten"), shape=(1, 8, 8))
    c["transpose_conv"] = "Conv2DTranspose, same", lambda: chain(o, between=[L.Conv2DTranspose(o.filters, 3, strides=2, padding="same", name="up")])
    c["transpose_conv_valid"] = "Conv2DTranspose, valid", lambda: chain(o, between=[L.Conv2DTranspose(o.filters, 3, strides=2, name="up")])
    return c


def bn_model(o, _where, bias=True, **k):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Conv2D(o.filters, 3, strides=2, padding="same", use_bias=bias, name="conv")(a)
    x = L.ReLU(name="act")(L.BatchNormalization(name="bn1", **k)(x))
    x = L.Dense(o.latents, use_bias=bias, name="latents")(L.Flatten(name="flatten")(x))
    x = L.ReLU(name="act2")(L.BatchNormalization(name="bn2", **k)(x))
    return Model(a, x, name="encoder")


def dense_only(o):
    a = L.Input((48,), name="wafer")
    return Model(a, L.Dense(o.latents, activation="relu", name="latents")(L.Dense(o.latents + 3, activation="relu", name="hidden")(a)))


def conv_only(o):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv")(a)
    return Model(a, L.Flatten(name="flatten")(L.Conv2D(1, 3, strides=2, padding="same", activation="relu", name="conv2")(x)))


def op_lambda(o):
    a = L.Input((8, 8, 1), name="wafer")
    x = tf.nn.relu(L.Conv2D(o.filters, 3, strides=2, padding="same", name="conv")(a * 2.0) + 0.1)
    return Model(a, L.Dense(o.latents, activation="relu", name="latents")(L.Flatten(name="flatten")(x)))


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
    y = L.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid", name="conv2d_t")(y)
    decoder = Model(b, y, name="decoder")
    whole = L.Input((8, 8, 1), name="image")
    return Model(whole, decoder(encoder(whole)), name="autoencoder")


def autoencoder_flat(o):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv2d")(a)
    x = L.Dense(o.latents, activation="relu", name="encoded_vector")(L.Flatten(name="flatten")(x))
    y = L.Reshape((4, 4, 2), name="reshape")(L.Dense(32, activation="relu", name="de_dense")(x))
    y = L.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid", name="conv2d_t")(y)
    return Model(a, y, name="autoencoder")


def merge(o, layer):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv_a")(a)
    y = L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv_b")(a)
    z = L.Flatten(name="flatten")(layer([x, y]))
    return Model(a, L.Dense(o.latents, activation="relu", name="latents")(z))


def shared(o):
    a = L.Input((8, 8, 1), name="wafer")
    twice = L.Conv2D(1, 3, padding="same", activation="relu", name="twice")
    return Model(a, L.Dense(o.latents, activation="relu", name="latents")(L.Flatten(name="flatten")(twice(twice(a)))))


def two_heads(o):
    a = L.Input((8, 8, 1), name="wafer")
    x = L.Flatten(name="flatten")(L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv")(a))
    return Model(a, [L.Dense(o.latents, activation="relu", name="mean")(x), L.Dense(o.latents, name="spread")(x)])


def conditional(o):
    a = L.Input((8, 8, 1), name="wafer")
    b = L.Input((2,), name="condition")
    x = L.Flatten(name="flatten")(L.Conv2D(o.filters, 3, strides=2, padding="same", activation="relu", name="conv")(a))
    return Model([a, b], L.Dense(o.latents, activation="relu", name="latents")(L.Concatenate(name="with")([x, b])))


def qkeras_layers(o):
    one = lambda bits=6: q(bits, 0, alpha=1)  # noqa: E731
    c = {}
    for name, text in KERNELS.items():
        c[f"k_{name}"] = f"kernel_quantizer={text}", lambda t=text: quantised(o, t)
    for name, text in BIASES.items():
        c[f"b_{name}"] = f"bias_quantizer={text}", lambda t=text: quantised(o, "q(6,0,alpha=1)", bias=t)
    for name, text in ACTIVATIONS.items():
        c[f"a_{name}"] = f"QActivation('{text}')", lambda t=text: quantised(o, "q(6,0,alpha=1)", act=t, act2=t)
    inside = lambda t: chain(  # noqa: E731
        o, QConv2D(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(), bias_quantizer=one(), activation=t, name="conv"), None,
        None, QDense(o.latents, kernel_quantizer=one(), bias_quantizer=one(), activation=t, name="latents"), None)
    c["inside_relu"] = "activation='quantized_relu(8,1)' inside QConv2D and QDense", lambda: inside("quantized_relu(8,1)")
    c["inside_object"] = "activation=quantized_relu(8,1), an object, inside the layers", lambda: inside(quantized_relu(8, 1))  # noqa: F405
    c["inside_bits"] = "activation='quantized_bits(8,1)' inside the layers", lambda: inside("quantized_bits(8,1)")
    c["inside_plain"] = "activation='relu' inside QConv2D and QDense", lambda: inside("relu")
    c["input_quant"] = "QActivation('quantized_bits(8,1)') on the input, valid after ZeroPadding2D, signed activations, as the public CMS encoders", lambda: chain(
        o, QConv2D(o.filters, 3, strides=2, kernel_quantizer=one(), bias_quantizer=one(), name="conv"), QActivation("quantized_bits(8,1)", name="act"),
        None, QDense(o.latents, kernel_quantizer=one(), bias_quantizer=one(), name="latents"), QActivation("quantized_bits(9,1)", name="act2"),
        pre=[QActivation("quantized_bits(8,1)", name="input_quant"), L.ZeroPadding2D(((0, 1), (0, 1)), name="pad")])
    c["plain_relu"] = "QConv2D, Keras ReLU", lambda: chain(
        o, QConv2D(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(), bias_quantizer=one(), name="conv"), "relu",
        None, QDense(o.latents, kernel_quantizer=one(), bias_quantizer=one(), name="latents"), "relu")
    c["mixed_bits"] = "4-bit convolution, 7-bit dense", lambda: chain(
        o, QConv2D(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(4), bias_quantizer=one(4), name="conv"), QActivation("quantized_relu(6,1)", name="act"),
        None, QDense(o.latents, kernel_quantizer=one(7), bias_quantizer=one(8), name="latents"), QActivation("quantized_relu(10,1)", name="act2"))
    c["bn"] = "QConv2D, BatchNormalization, QActivation", lambda: chain(
        o, QConv2D(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(), bias_quantizer=one(), name="conv"), L.BatchNormalization(name="bn"),
        None, QDense(o.latents, kernel_quantizer=one(), bias_quantizer=one(), name="latents"), QActivation("quantized_relu(9,1)", name="act2"),
        between=[QActivation("quantized_relu(8,1)", name="act")])
    c["qbn"] = "QBatchNormalization", lambda: chain(
        o, QConv2D(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(), bias_quantizer=one(), name="conv"), QBatchNormalization(name="bn"),
        between=[QActivation("quantized_relu(8,1)", name="act")])
    for mode in ("ema_stats_folding", "batch_stats_folding"):
        c[f"convbn_{mode}"] = f"QConv2DBatchnorm, folding_mode {mode}", lambda m=mode: chain(
            o, QConv2DBatchnorm(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(), bias_quantizer=one(), folding_mode=m, name="conv"),
            QActivation("quantized_relu(8,1)", name="act"), None, QDense(o.latents, kernel_quantizer=one(), bias_quantizer=one(), name="latents"), QActivation("quantized_relu(9,1)", name="act2"))
    c["depthwise"] = "QDepthwiseConv2D", lambda: chain(
        o, QConv2D(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(), bias_quantizer=one(), name="conv"), QActivation("quantized_relu(8,1)", name="act"),
        between=[QDepthwiseConv2D(2, depthwise_quantizer=one(), bias_quantizer=one(), name="depthwise")])
    c["avgpool"] = "QAveragePooling2D", lambda: chain(o, between=[QAveragePooling2D(average_quantizer=one(8), activation="quantized_relu(8,1)", name="pool")])
    c["globalavg"] = "QGlobalAveragePooling2D", lambda: chain(o, flatten=QGlobalAveragePooling2D(average_quantizer=one(8), name="flatten"))
    c["transpose_conv"] = "QConv2DTranspose", lambda: chain(o, between=[QConv2DTranspose(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(), bias_quantizer=one(), name="up")])
    c["nobias"] = "QConv2D and QDense without bias", lambda: chain(
        o, QConv2D(o.filters, 3, strides=2, padding="same", kernel_quantizer=one(), use_bias=False, name="conv"), QActivation("quantized_relu(8,1)", name="act"),
        None, QDense(o.latents, kernel_quantizer=one(), use_bias=False, name="latents"), QActivation("quantized_relu(9,1)", name="act2"))
    return c


def layer_outputs(model, x):
    """Outputs of all layers, nested models' too (as OUTER/INNER), called once each."""
    nodes = {}
    for layer in model.layers:
        if isinstance(layer, L.InputLayer):
            continue
        if len(layer.inbound_nodes) == 1 or isinstance(layer, Model):
            nodes[layer.name] = layer.get_output_at(len(layer.inbound_nodes) - 1) if isinstance(layer, Model) else layer.output
    outputs = Model(model.inputs, list(nodes.values())).predict(x, batch_size=100, verbose=0)
    return dict(zip(nodes, outputs if isinstance(outputs, list) else [outputs]))


def run(out, name, model):
    inputs = {}
    for i, t in enumerate(model.inputs):
        inputs[t.name.split(":")[0]] = wafers(out.rows, tuple(t.shape[1:]), "wafers" if i == 0 else t.name)
    first = list(inputs.values())
    return inputs, layer_outputs(model, first if len(first) > 1 else first[0])


def write(out, name, what, model, form):
    files = []
    if form == "h5":
        files = [name + ".h5"]
        model.save(out.path(files[0]), include_optimizer=False)
    else:
        files = [name + ".json", name + form]
        with open(out.path(files[0]), "w") as f:
            f.write(model.to_json())
        model.save_weights(out.path(files[1]), save_format="h5")
    try:
        inputs, layers = run(out, name, model)
        out.reference(name, inputs, layers)
    except Exception as e:  # noqa: BLE001  the tool cannot run it here: channels first on a CPU
        print(f"  no reference for {name}: {str(e).splitlines()[0][:120]}", file=sys.stderr)
    out.note(name, files, what)


def frozen(model, path, lower=True, optimise=False, text=False):
    """A graph with its variables as constants, as TensorFlow 2 freezes it."""
    spec = [tf.TensorSpec([None, *t.shape[1:]], t.dtype, name=t.name.split(":")[0]) for t in model.inputs]
    function = tf.function(lambda *x: model(list(x) if len(x) > 1 else x[0])).get_concrete_function(*spec)
    graph = convert_variables_to_constants_v2(function, lower_control_flow=lower).graph.as_graph_def()
    if optimise:
        graph = optimised(graph, model)
    tf.io.write_graph(graph, *os.path.split(path), as_text=text)


def optimised(graph, model):
    """What Grappler makes of it: folded constants, fused convolutions."""
    from tensorflow.core.protobuf import config_pb2, meta_graph_pb2, rewriter_config_pb2
    from tensorflow.python.grappler import tf_optimizer

    config = config_pb2.ConfigProto()
    rewrite = config.graph_options.rewrite_options
    rewrite.meta_optimizer_iterations = rewriter_config_pb2.RewriterConfig.ONE
    rewrite.optimizers.extend(["constfold", "remap", "dependency"])
    with tf.Graph().as_default() as g:
        tf.import_graph_def(graph, name="")
        meta = tf.compat.v1.train.export_meta_graph(graph_def=graph, graph=g)
    last = [n.name for n in graph.node if n.op == "Identity"][-1]
    meta.collection_def["train_op"].node_list.value.append(last)
    return tf_optimizer.OptimizeGraph(config, meta)


def frozen1(make, name, path):
    """A graph frozen in a session, as TensorFlow 1 did it."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.keras.backend.set_session(session)
        model = make()
        session.run(tf.compat.v1.global_variables_initializer())
        r = generator(name)
        for w in model.weights:
            w.load(weights_like(r, w.name, w.shape).astype("float32"), session)
        graph = tf.compat.v1.graph_util.convert_variables_to_constants(session, session.graph.as_graph_def(), [model.outputs[0].op.name])
        tf.io.write_graph(graph, *os.path.split(path), as_text=False)
        values = wafers_of(model)
        sinks = {l.name: l.output for l in model.layers if not isinstance(l, L.InputLayer)}
        return values, dict(zip(sinks, session.run(list(sinks.values()), dict(zip([t.name for t in model.inputs], values.values())))))


def wafers_of(model, rows=None):
    return {t.name.split(":")[0]: wafers(rows or ROWS[0], tuple(t.shape[1:]), "wafers" if i == 0 else t.name) for i, t in enumerate(model.inputs)}


ROWS = [6]


def forms(out):
    """The same networks in every form in which people keep them."""
    layers, quantised_layers = keras_layers(out), qkeras_layers(out)
    cases = {
        "plain": layers["plain"], "bn": layers["bn_before"], "valid": layers["valid"], "nested": layers["nested"], "autoencoder": layers["autoencoder"],
        "conditional": layers["conditional"], "leaky": layers["leaky"], "relu_max": layers["relu_max"], "zeropad": layers["zeropad"], "sequential": layers["sequential"],
        "softmax": layers["activation_softmax"], "concat": layers["concat"], "sigmoid": layers["activation_sigmoid"], "maxpool": layers["maxpool"], "permute": layers["permute"],
        "prelu": layers["prelu_shared"], "transpose_conv": layers["transpose_conv"], "avgpool": layers["avgpool_same"], "depthwise": layers["depthwise"], "dilation": layers["dilation"], "twoheads": layers["twoheads"],
        "qkeras": quantised_layers["k_alpha1"], "qdefault": quantised_layers["k_default"], "qinput": quantised_layers["input_quant"], "qternary": quantised_layers["k_ternary_alpha1"],
        "qpo2": quantised_layers["k_po2"], "qbn": quantised_layers["bn"], "qauto": quantised_layers["k_alpha_auto"],
    }
    for key, (what, make) in cases.items():
        for form in ("json_h5", "json_hdf5", "frozen", "frozen_optimised", "frozen_text", "frozen1", "tf2onnx", "hdf5", "weights_only", "keras_h5", "savedmodel", "checkpoint"):
            name = f"kf_{key}_{form}"
            full = key in ("plain", "qkeras", "conditional", "nested", "autoencoder", "bn", "qdefault")
            if not out.wanted(name) or (not full and form not in ("frozen", "tf2onnx")) or (key not in ("plain",) and form in ("json_hdf5", "savedmodel", "checkpoint", "weights_only", "keras_h5", "frozen_text")):
                continue
            keras.backend.clear_session()
            tf.keras.utils.set_random_seed(1)
            try:
                one_form(out, name, what, make, form)
            except Exception as e:  # noqa: BLE001
                print(f"  {name}: {type(e).__name__} {str(e).splitlines()[0][:160]}", file=sys.stderr)


def one_form(out, name, what, make, form):
    if form == "frozen1":
        inputs, layers = frozen1(make, name, out.path(name + ".pb"))
        out.reference(name, inputs, layers)
        return out.note(name, [name + ".pb"], f"{what}; frozen in a session (TensorFlow 1)")
    model = make()
    fill(model, name)
    files = [name + {"frozen": ".pb", "frozen_optimised": ".pb", "frozen_text": ".pbtxt", "tf2onnx": ".onnx", "hdf5": ".hdf5", "weights_only": ".h5", "keras_h5": ".keras"}.get(form, "")]
    if form in ("json_h5", "json_hdf5"):
        return write(out, name, what + "; architecture and weights apart", model, "." + form.split("_")[1])
    if form.startswith("frozen"):
        frozen(model, out.path(files[0]), optimise=form == "frozen_optimised", text=form == "frozen_text")
    elif form == "tf2onnx":
        spec = [tf.TensorSpec([None, *t.shape[1:]], t.dtype, name=t.name.split(":")[0]) for t in model.inputs]
        proto, _ = tf2onnx.convert.from_keras(model, spec, opset=13)
        with open(out.path(files[0]), "wb") as f:
            f.write(proto.SerializeToString())
    elif form in ("hdf5", "keras_h5"):
        model.save(out.path(name + ".h5"), include_optimizer=False)
        os.replace(out.path(name + ".h5"), out.path(files[0]))
    elif form == "weights_only":
        model.save_weights(out.path(files[0]))
    elif form == "savedmodel":
        model.save(out.path(name), save_format="tf", include_optimizer=False)
    elif form == "checkpoint":
        model.save_weights(out.path(name))
        files = sorted(f for f in os.listdir(out.folder) if f.startswith(name + "."))
    inputs, layers = run(out, name, model)
    out.reference(name, inputs, layers)
    refused = {"weights_only": "weights without an architecture", "savedmodel": "a SavedModel folder", "checkpoint": "a TensorFlow checkpoint"}.get(form, False)
    out.note(name, files, f"{what}; {form}", refused)


def main():
    out = asked()
    ROWS[0] = out.rows
    for prefix, cases in (("k2", keras_layers(out)), ("qk", qkeras_layers(out))):
        for key, (what, make) in cases.items():
            name = f"{prefix}_{key}"
            if not out.wanted(name):
                continue
            keras.backend.clear_session()
            tf.keras.utils.set_random_seed(1)
            try:
                model = make()
                fill(model, name)
                write(out, name, what, model, "h5")
            except Exception as e:  # noqa: BLE001
                print(f"  {name}: {type(e).__name__} {str(e).splitlines()[0][:160]}", file=sys.stderr)
    forms(out)
    out.close("keras2", {"tensorflow": tf.__version__, "keras": keras.__version__, "qkeras": qkeras.__version__, "h5py": h5py.__version__, "numpy": np.__version__})


main()
