"""Truth files in ONNX and QONNX, node by node; outputs by onnxruntime and qonnx: python make_onnx.py FOLDER [--large] [--only WORD]."""
import sys

import numpy as np
import onnx
import onnxruntime
from importlib.metadata import version
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes

from truth import asked, generator, wafers

QONNX = "qonnx.custom_op.general"


class Graph:
    """A graph that is built value by value; every value has the name of its node."""

    def __init__(self, out, name, kind="float32"):
        self.o = out
        self.r = generator(name)
        self.kind = np.dtype(kind)
        self.nodes, self.initial = [], []
        self.count = {}

    def name(self, stem):
        n = self.count[stem] = self.count.get(stem, 0) + 1
        return stem.lower() if n == 1 else f"{stem.lower()}{n}"

    def const(self, value, stem="const", kind=None):
        value = np.asarray(value)
        name = self.name(stem)
        self.initial.append(numpy_helper.from_array(value.astype(kind or (self.kind if value.dtype.kind == "f" else value.dtype)), name))
        return name

    def node(self, op, inputs, domain="", outputs=1, **attributes):
        names = [self.name(op) for _ in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name=names[0] + "_node", domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def kernel(self, *shape):
        fan = int(np.prod(shape[1:]))
        return self.r.normal(0, 1.4 / np.sqrt(max(fan, 4)), shape)

    def biases(self, n):
        return self.r.uniform(-0.3, 0.3, n)

    def conv(self, x, channels=1, kernel=3, filters=None, bias=True, group=1, **attributes):
        filters = filters or self.o.filters
        k = (kernel, kernel) if isinstance(kernel, int) else kernel
        w = self.const(self.kernel(filters, channels // group, *k), "conv_w")
        a = {"kernel_shape": list(k), "strides": [2, 2], "group": group, **attributes}
        if "auto_pad" not in a and "pads" not in a:
            a["pads"] = [0, 0, 1, 1]
        return self.node("Conv", [x, w] + ([self.const(self.biases(filters), "conv_b")] if bias else []), **a)

    def dense(self, x, n, units=None):
        units = units or self.o.latents
        return self.node("Gemm", [x, self.const(self.kernel(units, n), "w"), self.const(self.biases(units), "b")], transB=1)

    def tail(self, x, n=None):
        """flatten, dense, ReLU"""
        f = self.node("Flatten", [x], axis=1)
        return self.node("Relu", [self.dense(f, n or 16 * self.o.filters)])

    def quant(self, x, scale, bits, zero=0.0, signed=1, narrow=0, mode="ROUND", domain=QONNX, op="Quant"):
        return self.node(op, [x, self.const(np.float32(scale), "scale"), self.const(np.float32(zero), "zero"), self.const(np.float32(bits), "bits")],
                         domain=domain, signed=signed, narrow=narrow, rounding_mode=mode)

    def model(self, outputs, opset=17, ir=8, shape=("N", 1, 8, 8), domains=(), inputs=None, functions=()):
        kind = helper.np_dtype_to_tensor_dtype(self.kind)
        ins = [helper.make_tensor_value_info(n, kind, s) for n, s in (inputs or {"wafer": shape}).items()]
        outs = [helper.make_tensor_value_info(n, kind, None) for n in ([outputs] if isinstance(outputs, str) else outputs)]
        graph = helper.make_graph(self.nodes, "encoder", ins, outs, self.initial)
        return helper.make_model(graph, ir_version=ir, producer_name="make_onnx", functions=list(functions),
                                 opset_imports=[helper.make_opsetid("", opset), *(helper.make_opsetid(d, 1) for d in domains)])


def runtime(model, inputs):
    """Every value of the graph, as onnxruntime computes it with its optimisations off."""
    m = onnx.ModelProto()
    m.CopyFrom(model)
    have = {o.name for o in m.graph.output}
    order = [n for node in m.graph.node for n in node.output if n]
    for n in order:
        if n not in have:
            m.graph.output.append(onnx.ValueInfoProto(name=n))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    if model.graph.input[0].type.tensor_type.elem_type == TensorProto.DOUBLE:  # onnxruntime has no convolution of doubles
        values = ReferenceEvaluator(m).run(None, inputs)
        return dict(zip([o.name for o in m.graph.output], values))
    session = onnxruntime.InferenceSession(m.SerializeToString(), options, providers=["CPUExecutionProvider"])
    values = dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs)))
    return {n: values[n] for n in order}


def by_qonnx(model, inputs):
    """Every value of the graph, as qonnx computes it, with as many wafers in the batch as there are."""
    m = onnx.ModelProto()
    m.CopyFrom(model)
    rows = len(next(iter(inputs.values())))
    for v in m.graph.input:
        v.type.tensor_type.shape.dim[0].dim_value = rows
    wrapper = ModelWrapper(m).transform(InferShapes())
    values = execute_onnx(wrapper, inputs, return_full_exec_context=True)
    return {n: values[n] for node in model.graph.node for n in node.output}


def float_cases(o):
    F, L = o.filters, o.latents
    c = {}

    def chain(before=lambda g, x: x, conv=None, act=lambda g, x: g.node("Relu", [x]), tail=None, kind="float32", n=None, **k):
        def make(name):
            g = Graph(o, name, kind)
            x = act(g, (conv or (lambda g, x: g.conv(x)))(g, before(g, "wafer")))
            return g.model((tail or (lambda g, x: g.tail(x, n)))(g, x), **k)
        return make

    for opset, ir in ((9, 4), (10, 5), (11, 6), (12, 7), (13, 7), (14, 7), (15, 8), (16, 8), (18, 8), (19, 9), (20, 9), (21, 10), (22, 10)):
        c[f"opset{opset}"] = f"opset {opset}, IR {ir}", chain(opset=opset, ir=ir)
    c["ir3"] = "opset 9, IR 3: initializers are inputs too", "ir3"
    c["nobias"] = "Conv without bias, MatMul without Add", chain(conv=lambda g, x: g.conv(x, bias=False), tail=lambda g, x: g.node("Relu", [
        g.node("MatMul", [g.node("Flatten", [x]), g.const(g.kernel(16 * F, L), "w")])]))
    c["matmul_add"] = "MatMul and Add", chain(tail=lambda g, x: g.node("Relu", [g.node("Add", [
        g.node("MatMul", [g.node("Flatten", [x]), g.const(g.kernel(16 * F, L), "w")]), g.const(g.biases(L), "b")])]))
    c["add_left"] = "Add with the bias first", chain(tail=lambda g, x: g.node("Relu", [g.node("Add", [g.const(g.biases(L), "b"), 
        g.node("MatMul", [g.node("Flatten", [x]), g.const(g.kernel(16 * F, L), "w")])])]))
    c["gemm_alpha"] = "Gemm alpha 0.5, beta 2, transB 0", chain(tail=lambda g, x: g.node("Relu", [g.node("Gemm", [
        g.node("Flatten", [x]), g.const(g.kernel(16 * F, L), "w"), g.const(g.biases(L), "b")], alpha=0.5, beta=2.0)]))
    c["gemm_beta0"] = "Gemm beta 0: its bias counts nothing", chain(tail=lambda g, x: g.node("Relu", [g.node("Gemm", [
        g.node("Flatten", [x]), g.const(g.kernel(L, 16 * F), "w"), g.const(g.biases(L), "b")], beta=0.0, transB=1)]))
    c["gemm_transa"] = "Gemm transA 1 of a transposed input", chain(tail=lambda g, x: g.node("Relu", [g.node("Gemm", [
        g.node("Transpose", [g.node("Flatten", [x])], perm=[1, 0]), g.const(g.kernel(L, 16 * F), "w"), g.const(g.biases(L), "b")], transA=1, transB=1)]))
    c["gemm_scalar"] = "Gemm with one bias for all", chain(tail=lambda g, x: g.node("Relu", [g.node("Gemm", [
        g.node("Flatten", [x]), g.const(g.kernel(L, 16 * F), "w"), g.const(np.float32(0.1), "b")], transB=1)]))
    for key, act in {
        "leaky": lambda g, x: g.node("LeakyRelu", [x], alpha=0.1),
        "leaky_default": lambda g, x: g.node("LeakyRelu", [x]),
        "prelu": lambda g, x: g.node("PRelu", [x, g.const(g.r.uniform(0.05, 0.4, (F, 1, 1)), "slope")]),
        "prelu_one": lambda g, x: g.node("PRelu", [x, g.const(np.array([0.25], "float32"), "slope")]),
        "elu": lambda g, x: g.node("Elu", [x], alpha=0.7),
        "selu": lambda g, x: g.node("Selu", [x]),
        "celu": lambda g, x: g.node("Celu", [x], alpha=0.7),
        "thresholded": lambda g, x: g.node("ThresholdedRelu", [x], alpha=0.2),
        "hardsigmoid": lambda g, x: g.node("HardSigmoid", [x]),
        "hardsigmoid_ab": lambda g, x: g.node("HardSigmoid", [x], alpha=0.25, beta=0.4),
        "hardswish": lambda g, x: g.node("HardSwish", [x]),
        "sigmoid": lambda g, x: g.node("Sigmoid", [x]),
        "tanh": lambda g, x: g.node("Tanh", [x]),
        "softplus": lambda g, x: g.node("Softplus", [x]),
        "softsign": lambda g, x: g.node("Softsign", [x]),
        "softmax": lambda g, x: g.node("Softmax", [x], axis=1),
        "abs": lambda g, x: g.node("Abs", [x]),
        "neg": lambda g, x: g.node("Neg", [x]),
        "sign": lambda g, x: g.node("Sign", [x]),
        "floor": lambda g, x: g.node("Floor", [x]),
        "round": lambda g, x: g.node("Round", [x]),
        "none": lambda g, x: x,
        "clip": lambda g, x: g.node("Clip", [x, g.const(np.float32(0), "lo"), g.const(np.float32(0.6), "hi")]),
        "clip_min": lambda g, x: g.node("Clip", [x, g.const(np.float32(0), "lo")]),
        "clip_max": lambda g, x: g.node("Clip", [x, "", g.const(np.float32(0.3), "hi")]),
        "mul_scalar": lambda g, x: g.node("Relu", [g.node("Mul", [x, g.const(np.float32(1.5), "m")])]),
        "mul_channel": lambda g, x: g.node("Relu", [g.node("Mul", [g.const(g.r.uniform(0.5, 1.5, (1, F, 1, 1)), "m"), x])]),
        "div": lambda g, x: g.node("Relu", [g.node("Div", [x, g.const(np.float32(3), "m")])]),
        "sub": lambda g, x: g.node("Relu", [g.node("Sub", [x, g.const(np.float32(0.1), "m")])]),
        "rsub": lambda g, x: g.node("Relu", [g.node("Sub", [g.const(np.float32(0.1), "m"), x])]),
        "add_channel": lambda g, x: g.node("Relu", [g.node("Add", [x, g.const(g.r.uniform(-0.2, 0.2, (F, 1, 1)), "m")])]),
        "max0": lambda g, x: g.node("Max", [x, g.const(np.float32(0), "m")]),
        "min_max": lambda g, x: g.node("Min", [g.node("Max", [x, g.const(np.float32(0), "m")]), g.const(np.float32(0.5), "m")]),
        "identity": lambda g, x: g.node("Identity", [g.node("Relu", [x])]),
        "dropout": lambda g, x: g.node("Dropout", [g.node("Relu", [x])]),
        "cast": lambda g, x: g.node("Cast", [g.node("Relu", [x])], to=TensorProto.FLOAT),
        "where": lambda g, x: g.node("Where", [g.node("Greater", [x, g.const(np.float32(0.1), "m")]), x, g.const(np.float32(0), "m")]),
    }.items():
        c[f"act_{key}"] = f"{key} after Conv", chain(act=act)
    c["clip6"] = "Clip of opset 6: bounds as attributes", chain(act=lambda g, x: g.node("Clip", [x], min=0.0, max=0.6), opset=9, ir=4)
    c["gelu20"] = "Gelu, opset 20", chain(act=lambda g, x: g.node("Gelu", [x]), opset=20, ir=9)

    def bn(g, x, n, **k):
        return g.node("BatchNormalization", [x, g.const(g.r.uniform(0.5, 1.5, n), "gamma"), g.const(g.biases(n), "beta"), g.const(g.biases(n), "mean"), g.const(g.r.uniform(0.3, 2, n), "var")], **k)

    c["bn_conv"] = "BatchNormalization after Conv", chain(act=lambda g, x: g.node("Relu", [bn(g, x, F)]))
    c["bn_conv_nobias"] = "BatchNormalization (epsilon 0.001) after Conv without bias", chain(conv=lambda g, x: g.conv(x, bias=False), act=lambda g, x: g.node("Relu", [bn(g, x, F, epsilon=1e-3)]))
    c["bn_after"] = "BatchNormalization after Relu", chain(act=lambda g, x: bn(g, g.node("Relu", [x]), F))
    c["bn_opset9"] = "BatchNormalization, opset 9", chain(act=lambda g, x: g.node("Relu", [bn(g, x, F, momentum=0.9)]), opset=9, ir=4)
    c["bn_dense"] = "BatchNormalization after Gemm", chain(tail=lambda g, x: g.node("Relu", [bn(g, g.dense(g.node("Flatten", [x]), 16 * F), L)]))
    c["bn_input"] = "BatchNormalization on the input", chain(before=lambda g, x: bn(g, x, 1))
    pads = lambda g: g.const(np.array([0, 0, 0, 0, 0, 0, 1, 1], "int64"), "pads")  # noqa: E731
    nopad = lambda g, x: g.conv(x, pads=[0, 0, 0, 0])  # noqa: E731
    for mode in ("constant", "reflect", "edge"):
        c[f"pad_{mode}"] = f"Pad, mode {mode}", chain(before=lambda g, x, m=mode: g.node("Pad", [x, pads(g)], mode=m), conv=nopad)
    c["pad_wrap"] = "Pad, mode wrap (opset 19)", chain(before=lambda g, x: g.node("Pad", [x, pads(g)], mode="wrap"), conv=nopad, opset=19, ir=9)
    c["pad_value"] = "Pad with 0.5", chain(before=lambda g, x: g.node("Pad", [x, pads(g), g.const(np.float32(0.5), "value")]), conv=nopad)
    c["pad_axes"] = "Pad with axes (opset 18)", chain(before=lambda g, x: g.node("Pad", [x, g.const(np.array([0, 0, 1, 1], "int64"), "pads"), "", g.const(np.array([2, 3], "int64"), "axes")]), conv=nopad, opset=18)
    c["pad_negative"] = "Pad by -1: cuts", chain(before=lambda g, x: g.node("Pad", [x, g.const(np.array([0, 0, -1, 0, 0, 0, 2, 1], "int64"), "pads")]), conv=nopad)
    c["pad_opset9"] = "Pad of opset 9: attributes", chain(before=lambda g, x: g.node("Pad", [x], pads=[0, 0, 0, 0, 0, 0, 1, 1], value=0.0), conv=nopad, opset=9, ir=4)
    for mode in ("SAME_UPPER", "SAME_LOWER"):
        c[f"auto_{mode.lower()}"] = f"auto_pad {mode}", chain(conv=lambda g, x, m=mode: g.conv(x, auto_pad=m))
    c["auto_valid"] = "auto_pad VALID", chain(conv=lambda g, x: g.conv(x, auto_pad="VALID"), n=9 * F)
    c["pad1"] = "pads 1 on all sides, stride 2", chain(conv=lambda g, x: g.conv(x, pads=[1, 1, 1, 1]))
    c["pads_odd"] = "pads 2, 0, 1, 3", chain(conv=lambda g, x: g.conv(x, pads=[2, 0, 1, 3]), n=5 * 5 * F)
    c["stride12"] = "strides 1, 2", chain(conv=lambda g, x: g.conv(x, strides=[1, 2], pads=[1, 0, 1, 1]), n=32 * F)
    c["stride1"] = "stride 1, pads 1", chain(conv=lambda g, x: g.conv(x, strides=[1, 1], pads=[1, 1, 1, 1]), n=64 * F)
    c["dilation"] = "dilations 2", chain(conv=lambda g, x: g.conv(x, dilations=[2, 2], strides=[1, 1], pads=[2, 2, 2, 2]), n=64 * F)
    c["kernel5"] = "5x5", chain(conv=lambda g, x: g.conv(x, kernel=5, pads=[1, 1, 2, 2]))
    c["kernel23"] = "2x3", chain(conv=lambda g, x: g.conv(x, kernel=(2, 3), pads=[0, 0, 0, 1]))
    c["group"] = "a depthwise convolution", chain(act=lambda g, x: g.node("Relu", [g.conv(g.node("Relu", [x]), channels=F, filters=F, group=F, strides=[1, 1], pads=[1, 1, 1, 1])]))
    c["cmssw"] = "3x4x4, stride 1", chain(conv=lambda g, x: g.conv(x, channels=3, strides=[1, 1], pads=[1, 1, 1, 1]), shape=("N", 3, 4, 4))
    c["group3"] = "group 3 over 3x4x4", chain(conv=lambda g, x: g.conv(x, channels=3, filters=6, group=3, strides=[1, 1], pads=[1, 1, 1, 1]), n=96, shape=("N", 3, 4, 4))
    c["maxpool"] = "MaxPool", chain(act=lambda g, x: g.node("MaxPool", [g.node("Relu", [x])], kernel_shape=[2, 2], strides=[2, 2]), n=4 * F)
    c["avgpool"] = "AveragePool", chain(act=lambda g, x: g.node("AveragePool", [g.node("Relu", [x])], kernel_shape=[2, 2], strides=[2, 2]), n=4 * F)
    c["avgpool_pad"] = "AveragePool with pads, count_include_pad 0", chain(act=lambda g, x: g.node("AveragePool", [g.node("Relu", [x])], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]), n=4 * F)
    c["avgpool_count"] = "AveragePool with pads, count_include_pad 1", chain(act=lambda g, x: g.node("AveragePool", [g.node("Relu", [x])], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1), n=4 * F)
    c["maxpool_ceil"] = "MaxPool, ceil_mode 1", chain(act=lambda g, x: g.node("MaxPool", [g.node("Relu", [x])], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1), n=4 * F)
    c["globalavg"] = "GlobalAveragePool", chain(act=lambda g, x: g.node("GlobalAveragePool", [g.node("Relu", [x])]), n=F)
    c["convtranspose"] = "ConvTranspose, output_padding 1", chain(act=lambda g, x: g.node("ConvTranspose", [g.node("Relu", [x]), g.const(g.kernel(F, 2, 3, 3), "t_w"), g.const(g.biases(2), "t_b")],
        kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]), n=128)
    c["reshape"] = "Reshape to (-1, n)", chain(tail=lambda g, x: g.node("Relu", [g.dense(g.node("Reshape", [x, g.const(np.array([-1, 16 * F], "int64"), "shape")]), 16 * F)]))
    c["reshape0"] = "Reshape to (0, -1)", chain(tail=lambda g, x: g.node("Relu", [g.dense(g.node("Reshape", [x, g.const(np.array([0, -1], "int64"), "shape")]), 16 * F)]))
    c["nhwc"] = "input channels last, Transpose before and after Conv", chain(before=lambda g, x: g.node("Transpose", [x], perm=[0, 3, 1, 2]),
        act=lambda g, x: g.node("Transpose", [g.node("Relu", [x])], perm=[0, 2, 3, 1]), shape=("N", 8, 8, 1))
    c["chw_wh"] = "Transpose of rows and columns before Flatten", chain(act=lambda g, x: g.node("Transpose", [g.node("Relu", [x])], perm=[0, 1, 3, 2]))
    c["input64"] = "input of 64, Reshape to 1x8x8", chain(before=lambda g, x: g.node("Reshape", [x, g.const(np.array([-1, 1, 8, 8], "int64"), "shape")]), shape=("N", 64))
    c["input48"] = "48 inputs, two dense layers", lambda name: (lambda g: g.model(g.node("Relu", [g.dense(g.node("Relu", [g.dense("wafer", 48, L + 4)]), L + 4)]), shape=("N", 48)))(Graph(o, name))
    c["flatten_shape"] = "Flatten by Shape, Gather, Concat, Reshape as old torch exports", chain(tail=lambda g, x: g.node("Relu", [g.dense(g.node("Reshape", [x, g.node("Concat", [
        g.node("Unsqueeze", [g.node("Gather", [g.node("Shape", [x]), g.const(np.array(0, "int64"), "i")], axis=0), g.const(np.array([0], "int64"), "a")]), g.const(np.array([-1], "int64"), "m1")], axis=0)]), 16 * F)]))
    c["batch1"] = "batch fixed to 1", chain(shape=(1, 1, 8, 8))
    c["noshape"] = "batch without a name", chain(shape=(None, 1, 8, 8))
    c["double"] = "double", chain(kind="float64")
    c["half"] = "half throughout", chain(kind="float16")
    c["half_weights"] = "half weights, Cast to float", chain(conv=lambda g, x: g.node("Conv", [x, g.node("Cast", [g.const(g.kernel(F, 1, 3, 3), "conv_w", "float16")], to=TensorProto.FLOAT), 
        g.node("Cast", [g.const(g.biases(F), "conv_b", "float16")], to=TensorProto.FLOAT)], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1]))
    c["folded_weights"] = "weights through Transpose and Reshape of initializers", chain(tail=lambda g, x: g.node("Relu", [g.node("Add", [g.node("MatMul", [g.node("Flatten", [x]), 
        g.node("Transpose", [g.const(g.kernel(L, 16 * F), "w")], perm=[1, 0])]), g.node("Reshape", [g.const(g.biases(L).reshape(1, 1, L), "b"), g.const(np.array([-1], "int64"), "shape")])])]))
    c["constants"] = "weights in Constant nodes", "constants"
    c["external"] = "weights in one file beside it", "external"
    c["external_many"] = "each weight in a file of its own", "external_many"
    c["typed_data"] = "weights in float_data, not raw_data", "typed"
    c["sparse"] = "a sparse initializer", "sparse"
    c["concat"] = "Concat of two convolutions", chain(act=lambda g, x: g.node("Concat", [g.node("Relu", [x]), g.node("Relu", [g.conv("wafer")])], axis=1), n=32 * F)
    c["add"] = "Add of two convolutions", chain(act=lambda g, x: g.node("Add", [g.node("Relu", [x]), g.node("Relu", [g.conv("wafer")])]))
    c["split"] = "Split into halves and Concat the other way round", chain(act=lambda g, x: (lambda s: g.node("Concat", [s[1], s[0]], axis=1))(g.node("Split", [g.node("Relu", [x])], outputs=2, axis=1)), opset=13)
    c["slice"] = "Slice of the image", chain(before=lambda g, x: g.node("Slice", [x, g.const(np.array([1, 0], "int64"), "s"), g.const(np.array([8, 7], "int64"), "e"), g.const(np.array([2, 3], "int64"), "a")]), conv=lambda g, x: g.conv(x, pads=[1, 1, 1, 1]))
    c["gather"] = "Gather of 48 cells in another order", chain(before=lambda g, x: g.node("Reshape", [g.node("Gather", [g.node("Flatten", [x]), g.const(g.r.permutation(64).astype("int64"), "order")], axis=1), g.const(np.array([-1, 1, 8, 8], "int64"), "shape")]))
    c["twoheads"] = "two outputs", lambda name: (lambda g: (lambda f: g.model([g.node("Relu", [g.dense(f, 16 * F)]), g.dense(f, 16 * F)]))(g.node("Flatten", [g.node("Relu", [g.conv("wafer")])])))(Graph(o, name))
    c["twoinputs"] = "a condition as second input", lambda name: (lambda g: g.model(g.node("Relu", [g.dense(g.node("Concat", [g.node("Flatten", [g.node("Relu", [g.conv("wafer")])]), "condition"], axis=1), 16 * F + 2)]), inputs={"wafer": ("N", 1, 8, 8), "condition": ("N", 2)}))(Graph(o, name))
    c["unused"] = "a node whose output nobody reads", chain(act=lambda g, x: (g.node("Tanh", [x]), g.node("Relu", [x]))[1])
    c["reducemean"] = "ReduceMean over the image", chain(act=lambda g, x: g.node("ReduceMean", [g.node("Relu", [x])], axes=[2, 3], keepdims=1), n=F)
    c["lrn"] = "LRN", chain(act=lambda g, x: g.node("LRN", [g.node("Relu", [x])], size=3))
    c["if"] = "an If node", "if"
    c["function"] = "a model-local function", "function"
    return c


def quantised_cases(o):
    F, L = o.filters, o.latents
    c = {}

    def chain(kernel=dict(scale=1 / 32, bits=6, narrow=1), act=dict(scale=1 / 128, bits=8, signed=0), latent=dict(scale=1 / 256, bits=9, signed=0), inp=None, bias=dict(scale=1 / 32, bits=6), relu=True, channel=None, qop="Quant", domain=QONNX, after=None, **k):
        def make(name):
            g = Graph(o, name)
            quant = lambda x, p: g.quant(x, **{"op": qop, "domain": domain, **p}) if p else x  # noqa: E731
            x = quant("wafer", inp)
            scale = lambda p, s: {**p, "scale": np.reshape(g.r.choice([1 / 16, 1 / 32, 1 / 64], s[0] if s[0] != 1 else s[1]), s)} if channel else p  # noqa: E731
            kw = quant(g.const(g.kernel(F, 1, 3, 3), "conv_w"), scale(kernel, (F, 1, 1, 1)))
            kb = quant(g.const(g.biases(F), "conv_b"), bias)
            x = g.node("Conv", [x, kw, kb], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1])
            x = quant(g.node("Relu", [x]) if relu else x, act)
            if after:
                x = after(g, x)
            x = g.node("Flatten", [x], axis=1)
            dw = quant(g.const(g.kernel(16 * F, L), "w"), scale(kernel, (1, L)))
            x = g.node("Add", [g.node("MatMul", [x, dw]), quant(g.const(g.biases(L), "b"), bias)])
            return g.model(quant(g.node("Relu", [x]) if relu else x, latent), domains=[domain], **{"opset": 16, **k})
        return make

    for mode in ("ROUND", "CEIL", "FLOOR", "UP", "DOWN", "HALF_UP", "HALF_DOWN"):
        p = dict(scale=1 / 128, bits=8, signed=0, mode=mode)
        c[f"mode_{mode.lower()}"] = f"Quant, rounding_mode {mode}, after Relu", chain(act=p, latent={**p, "scale": 1 / 256, "bits": 9})
        p = dict(scale=1 / 16, bits=6, mode=mode)
        c[f"signed_{mode.lower()}"] = f"Quant signed, {mode}, no Relu; weights {mode} too", chain(kernel={**p, "scale": 1 / 8, "bits": 4}, act=p, latent=p, relu=False)
    c["mode_unknown"] = "rounding_mode NEAREST_ODD: unknown", chain(act=dict(scale=1 / 128, bits=8, signed=0, mode="NEAREST_ODD"))
    c["mode_lower"] = "rounding_mode written in small letters", chain(act=dict(scale=1 / 128, bits=8, signed=0, mode="round"))
    c["input"] = "Quant on the input", chain(inp=dict(scale=1 / 16, bits=6, signed=0, mode="FLOOR"))
    c["input_signed"] = "signed Quant on the input", chain(inp=dict(scale=1 / 64, bits=8))
    c["input_narrow"] = "narrow unsigned Quant on the input", chain(inp=dict(scale=1 / 32, bits=5, signed=0, narrow=1))
    c["narrow0"] = "weights not narrow", chain(kernel=dict(scale=1 / 8, bits=4))
    c["narrow1"] = "weights narrow", chain(kernel=dict(scale=1 / 8, bits=4, narrow=1))
    c["zero"] = "zero point 10 of activations", chain(act=dict(scale=1 / 32, bits=6, signed=0, zero=10), relu=False)
    c["zero_weights"] = "zero point 2 of weights", chain(kernel=dict(scale=1 / 16, bits=5, zero=2))
    c["zero_fraction"] = "zero point 0.5", chain(act=dict(scale=1 / 32, bits=6, signed=0, zero=0.5))
    c["channel"] = "a scale per channel of weights", chain(channel=True)
    c["scale_real"] = "scales that are no powers of two", chain(kernel=dict(scale=0.037, bits=6, narrow=1), act=dict(scale=0.0113, bits=8, signed=0), latent=dict(scale=0.0071, bits=9, signed=0))
    c["scale_act_channel"] = "a scale per channel of activations", chain(act=dict(scale=np.reshape([1 / 64 if i % 2 else 1 / 128 for i in range(F)], (1, F, 1, 1)), bits=8, signed=0))
    c["bits_fraction"] = "7.5 bits", chain(act=dict(scale=1 / 128, bits=7.5, signed=0))
    c["bits1"] = "one bit, signed, narrow 0", chain(kernel=dict(scale=1 / 4, bits=1))
    c["bits2"] = "two bits, narrow: ternary", chain(kernel=dict(scale=1 / 4, bits=2, narrow=1))
    c["bits16"] = "16-bit values", chain(act=dict(scale=2**-12, bits=16, signed=0), latent=dict(scale=2**-12, bits=16, signed=0))
    c["nobiasquant"] = "bias not quantised", chain(bias=None)
    c["intquant"] = "IntQuant, the newer name", chain(qop="IntQuant")
    c["brevitas_domain"] = "domain onnx.brevitas", chain(domain="onnx.brevitas")
    c["finn_domain"] = "domain finn.custom_op.general", chain(domain="finn.custom_op.general")
    c["weights_only"] = "Quant on weights only", chain(act=None, latent=None)
    c["noact"] = "Relu, no Quant between the layers", chain(act=None)
    c["quant_relu"] = "Quant before Relu", "quant_relu"
    c["twice"] = "two Quants in a row", chain(after=lambda g, x: g.quant(x, 1 / 16, 5, signed=0))
    for mode in ("FLOOR", "ROUND"):
        c[f"trunc_{mode.lower()}"] = f"Trunc to 5 bits, {mode}", chain(after=lambda g, x, m=mode: g.node("Trunc", [x, g.const(np.float32(1 / 128), "scale"), g.const(np.float32(0), "zero"), g.const(np.float32(8), "inbits"), g.const(np.float32(5), "outbits")], domain=QONNX, rounding_mode=m, signed=0))
    c["bipolar_weights"] = "BipolarQuant of weights", "bipolar"
    c["bipolar_act"] = "BipolarQuant of activations", chain(after=lambda g, x: g.node("BipolarQuant", [g.node("Sub", [x, g.const(np.float32(0.25), "m")]), g.const(np.float32(0.5), "scale")], domain=QONNX))
    c["gemm"] = "Quant weights into Gemm transB", "gemm"
    c["quant_attribute_missing"] = "Quant without rounding_mode: ROUND", "defaults"
    c["floatquant"] = "FloatQuant", chain(after=lambda g, x: g.node("FloatQuant", [x, *(g.const(np.float32(v), "p") for v in (1.0, 4, 3, 7, 480.0))], domain=QONNX, rounding_mode="ROUND"))
    c["multithreshold"] = "MultiThreshold of FINN", chain(after=lambda g, x: g.node("MultiThreshold", [x, g.const(np.tile(np.linspace(0.1, 0.9, 7), (F, 1)), "t")], domain=QONNX, out_dtype="UINT3"))
    return c


def qdq_cases(o):
    F, L = o.filters, o.latents
    c = {}

    def make(act=("uint8", 1 / 128, 0), weights=("int8", 1 / 32, 0), inp=("uint8", 1 / 128, 0), channel=False, clip=None, folded=True, bias=None, latents=("uint8", 1 / 64, 0), **k):
        def build(name):
            g = Graph(o, name)

            def qdq(x, p, axis=None, limits=None):
                if p is None:
                    return x
                kind, scale, zero = p
                z = g.const(np.full(np.shape(scale), zero, kind) if np.ndim(scale) else np.array(zero, kind), "zero")
                s = g.const(np.float32(scale), "scale")
                a = {} if axis is None else {"axis": axis}
                y = g.node("QuantizeLinear", [x, s, z], **a)
                if limits:
                    y = g.node("Clip", [y, g.const(np.array(limits[0], kind), "lo"), g.const(np.array(limits[1], kind), "hi")])
                return g.node("DequantizeLinear", [y, s, z], **a)

            def weight(w, axis):
                kind, scale, zero = weights
                if channel:
                    scale = g.r.choice([1 / 32, 1 / 64], w.shape[axis])
                shape = [-1 if i == axis else 1 for i in range(w.ndim)]
                if not folded:
                    return qdq(g.const(w, "w"), (kind, scale, zero), axis if channel else None, (-31, 31) if clip else None)
                code = np.clip(np.rint(w / np.reshape(scale, shape if channel else ())) + zero, -31 if clip else -128, 31 if clip else 127).astype(kind)
                z = g.const(np.full(np.shape(scale), zero, kind), "zero")
                return g.node("DequantizeLinear", [g.const(code, "w"), g.const(np.float32(scale), "scale"), z], **({"axis": axis} if channel else {}))

            def biases(n):
                if not bias:
                    return g.const(g.biases(n), "b")
                return g.node("DequantizeLinear", [g.const(np.rint(g.biases(n) * 4096).astype("int32"), "b"), g.const(np.float32(1 / 4096), "scale")])

            x = qdq("wafer", inp)
            x = g.node("Conv", [x, weight(g.kernel(F, 1, 3, 3), 0), biases(F)], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1])
            x = qdq(g.node("Relu", [x]), act, limits=clip)
            x = g.node("Flatten", [x], axis=1)
            x = g.node("Gemm", [x, weight(g.kernel(L, 16 * F), 0), biases(L)], transB=1)
            return g.model(qdq(g.node("Relu", [x]), latents), **{"opset": 13, **k})
        return build

    c["plain"] = "QuantizeLinear, DequantizeLinear, uint8; int8 weights", make()
    c["int8"] = "int8 activations", make(act=("int8", 1 / 64, 0), inp=("int8", 1 / 64, 0))
    c["zero"] = "zero points of activations", make(act=("uint8", 1 / 64, 20), inp=("int8", 1 / 128, -128))
    c["weight_zero"] = "a zero point of weights", make(weights=("int8", 1 / 64, 3))
    c["channel"] = "a scale per channel of weights", make(channel=True)
    c["channel_unfolded"] = "a scale per channel, weights float before QuantizeLinear", make(channel=True, folded=False)
    c["clip"] = "QCDQ: Clip between, to 6 bits", make(clip=(0, 63))
    c["clip_unfolded"] = "QCDQ of weights too", make(clip=(0, 63), folded=False)
    c["bias"] = "int32 bias through DequantizeLinear", make(bias=True)
    c["noinput"] = "input not quantised", make(inp=None)
    c["nolatents"] = "latents not quantised", make(latents=None)
    c["scale_real"] = "scales that are no powers of two", make(act=("uint8", 0.0123, 0), weights=("int8", 0.0171, 0))
    c["int16"] = "int16 values, opset 21", make(act=("uint16", 2**-14, 0), opset=21, ir=10)
    c["int4"] = "int4 weights, opset 21", "int4"
    c["qlinear"] = "QLinearConv", "qlinear"
    c["qlinear_channels"] = "QLinearConv and QLinearMatMul, a scale per channel, zero points that are not 0", "qlinear_channels"
    return c


def special(o, name, kind):
    """Cases that are more than a chain of nodes. Gives model and how to save it."""
    g = Graph(o, name)
    F, L = o.filters, o.latents
    if kind in ("ir3", "constants", "external", "external_many", "typed", "sparse"):
        model = g.model(g.tail(g.node("Relu", [g.conv("wafer")])), **({"opset": 9, "ir": 3} if kind == "ir3" else {}))
        if kind == "ir3":
            for t in model.graph.initializer:
                model.graph.input.append(helper.make_tensor_value_info(t.name, t.data_type, t.dims))
        if kind == "constants":
            for t in reversed(model.graph.initializer):
                model.graph.node.insert(0, helper.make_node("Constant", [], [t.name], value=t))
            del model.graph.initializer[:]
        if kind == "typed":
            for t in model.graph.initializer:
                t.CopyFrom(helper.make_tensor(t.name, t.data_type, t.dims, numpy_helper.to_array(t).ravel().tolist()))
        if kind == "sparse":
            t = next(t for t in model.graph.initializer if t.name == "w")
            w = numpy_helper.to_array(t).copy()
            w[np.abs(w) < 0.15] = 0
            at = np.flatnonzero(w)
            model.graph.sparse_initializer.append(helper.make_sparse_tensor(numpy_helper.from_array(w.ravel()[at], "w"), numpy_helper.from_array(at.astype("int64"), "i"), list(w.shape)))
            model.graph.initializer.remove(t)
        return model
    if kind == "if":
        branch = lambda op: helper.make_graph([helper.make_node(op, ["conv"], [op.lower() + "_out"])], op, [], [helper.make_tensor_value_info(op.lower() + "_out", 1, None)])  # noqa: E731
        x = g.node("If", [g.const(np.array(True), "cond")], then_branch=branch("Relu"), else_branch=branch("Tanh")) if g.conv("wafer") else None
        return g.model(g.tail(x))
    if kind == "function":
        body = helper.make_function("local", "Twice", ["x"], ["y"], [helper.make_node("Add", ["x", "x"], ["y"])], [helper.make_opsetid("", 17)])
        return g.model(g.tail(g.node("Relu", [g.node("Twice", [g.conv("wafer")], domain="local")])), domains=["local"], functions=[body])
    if kind == "quant_relu":
        x = g.node("Relu", [g.quant(g.conv("wafer"), 1 / 64, 8)])
        return g.model(g.tail(x), opset=16, domains=[QONNX])
    if kind == "bipolar":
        w = g.node("BipolarQuant", [g.const(g.kernel(F, 1, 3, 3), "conv_w"), g.const(np.float32(0.25), "scale")], domain=QONNX)
        x = g.node("Conv", ["wafer", w], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1])
        return g.model(g.tail(g.quant(g.node("Relu", [x]), 1 / 128, 8, signed=0)), opset=16, domains=[QONNX])
    if kind == "gemm":
        x = g.quant(g.node("Relu", [g.conv("wafer")]), 1 / 128, 8, signed=0)
        w = g.quant(g.const(g.kernel(L, 16 * F), "w"), np.reshape(g.r.choice([1 / 16, 1 / 32], L), (L, 1)), 5, narrow=1)
        x = g.node("Gemm", [g.node("Flatten", [x]), w, g.const(g.biases(L), "b")], transB=1)
        return g.model(g.quant(g.node("Relu", [x]), 1 / 256, 9, signed=0), opset=16, domains=[QONNX])
    if kind == "defaults":
        x = g.node("Relu", [g.conv("wafer")])
        x = g.node("Quant", [x, g.const(np.float32(1 / 64), "scale"), g.const(np.float32(0), "zero"), g.const(np.float32(7), "bits")], domain=QONNX)
        return g.model(g.tail(x), opset=16, domains=[QONNX])
    if kind == "int4":
        codes = helper.make_tensor("w4", TensorProto.INT4, [L, 16 * F], g.r.integers(-7, 8, L * 16 * F).tolist())
        g.initial.append(codes)
        w = g.node("DequantizeLinear", ["w4", g.const(np.float32(1 / 16), "scale")])
        x = g.node("Gemm", [g.node("Flatten", [g.node("Relu", [g.conv("wafer")])]), w, g.const(g.biases(L), "b")], transB=1)
        return g.model(g.node("Relu", [x]), opset=21, ir=10)
    if kind == "qlinear":
        z8, zi = g.const(np.array(0, "uint8"), "zero"), g.const(np.array(0, "int8"), "zero")
        s = lambda v: g.const(np.float32(v), "scale")  # noqa: E731
        x = g.node("QuantizeLinear", ["wafer", s(1 / 128), z8])
        w = g.const(np.clip(np.rint(g.kernel(F, 1, 3, 3) * 64), -127, 127).astype("int8"), "conv_w")
        x = g.node("QLinearConv", [x, "scale", z8, w, s(1 / 64), zi, s(1 / 64), z8, g.const(np.rint(g.biases(F) * 8192).astype("int32"), "conv_b")], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1])
        return g.model(g.tail(g.node("DequantizeLinear", [x, "scale3", z8])), opset=13)
    if kind == "qlinear_channels":
        scale = lambda v: g.const(np.float32(v), "scale")  # noqa: E731
        zero = lambda v, t="uint8": g.const(np.array(v, t), "zero")  # noqa: E731
        integers = lambda *shape: np.clip(np.rint(g.kernel(*shape) * 64), -127, 127).astype("int8")  # noqa: E731
        first, second, third = [scale(1 / 100), zero(3)], [scale(0.013), zero(17)], [scale(0.02), zero(128)]
        x = g.node("QuantizeLinear", ["wafer", *first])
        x = g.node("QLinearConv", [x, *first, g.const(integers(F, 1, 3, 3), "conv_w"), scale(np.linspace(0.01, 0.02, F)), zero([0] * F, "int8"), *second, g.const(np.rint(g.biases(F) * 5000).astype("int32"), "conv_b")],
                   kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1])
        x = g.node("Flatten", [x], axis=1)
        x = g.node("QLinearMatMul", [x, *second, g.const(integers(16 * F, L), "w"), scale(np.linspace(0.008, 0.011, L)), zero([0] * L, "int8"), *third])
        return g.model(g.node("Relu", [g.node("DequantizeLinear", [x, *third])]), opset=13)
    raise ValueError(kind)


def main():
    out = asked()
    for prefix, cases, execute in (("ox", float_cases(out), runtime), ("qx", quantised_cases(out), by_qonnx), ("qdq", qdq_cases(out), runtime)):
        for key, (what, make) in cases.items():
            name = f"{prefix}_{key}"
            if not out.wanted(name):
                continue
            model = special(out, name, make) if isinstance(make, str) else make(name)
            files = [name + ".onnx"]
            inputs = {}
            initial = {t.name for t in model.graph.initializer}
            for i, v in enumerate(v for v in model.graph.input if v.name not in initial):
                shape = [d.dim_value or None for d in v.type.tensor_type.shape.dim][1:]
                inputs[v.name] = wafers(out.rows, tuple(shape), "wafers" if i == 0 else v.name).astype(helper.tensor_dtype_to_np_dtype(v.type.tensor_type.elem_type))
            if execute is runtime and key == "batch1":
                values = [runtime(model, {k: v[i : i + 1] for k, v in inputs.items()}) for i in range(out.rows)]
                layers = {k: np.concatenate([v[k] for v in values]) for k in values[0]}
            else:
                try:
                    layers = execute(model, inputs)
                except Exception as e:  # noqa: BLE001
                    print(f"  no reference for {name}: {type(e).__name__} {str(e).splitlines()[0][:150]}", file=sys.stderr)
                    layers = None
            if make in ("external", "external_many"):
                onnx.save(model, out.path(files[0]), save_as_external_data=True, all_tensors_to_one_file=make == "external", location=name + ".data" if make == "external" else None, size_threshold=0)
                files += [name + ".data"] if make == "external" else [t.external_data[0].value for t in onnx.load(out.path(files[0]), load_external_data=False).graph.initializer]
            else:
                with open(out.path(files[0]), "wb") as f:
                    f.write(model.SerializeToString(deterministic=True))
            if layers is not None:
                out.reference(name, inputs, layers)
            out.note(name, files, what)
    out.close("onnx", {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__, "qonnx": version("qonnx"), "numpy": np.__version__})


main()
