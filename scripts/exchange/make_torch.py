"""Truth files written by PyTorch and Brevitas: python make_torch.py FOLDER [--large] [--only WORD]."""
import copy
import sys
import warnings

warnings.filterwarnings("ignore")

import brevitas
import brevitas.nn as qnn
import numpy as np
import onnx
import torch
from brevitas.export import export_onnx_qcdq, export_qonnx
from brevitas.quant import (Int8ActPerTensorFixedPoint, Int8ActPerTensorFloat, Int8Bias, Int8BiasPerTensorFixedPointInternalScaling, Int8WeightPerChannelFloat,
                            Int8WeightPerTensorFixedPoint, Int8WeightPerTensorFloat, Int32Bias, ShiftedUint8ActPerTensorFloat,
                            ShiftedUint8WeightPerTensorFloat, SignedBinaryWeightPerTensorConst, SignedTernaryWeightPerTensorConst, Uint8ActPerTensorFixedPoint,
                            Uint8ActPerTensorFloat)
from importlib.metadata import version
from torch import nn

from truth import asked, generator, wafers, weights_like


def fill(model, name):
    r = generator(name)
    with torch.no_grad():
        for key, p in list(model.named_parameters()) + list(model.named_buffers()):
            word = key.split(".")[-1]
            if "scaling" in key or "tensor_quant" in key or not p.is_floating_point() or word not in ("weight", "bias", "running_mean", "running_var"):
                continue
            if word == "weight" and p.ndim == 1:
                v = r.uniform(0.05, 0.4, p.shape) if p.numel() == 1 or "prelu" in key else r.uniform(0.5, 1.5, p.shape)
            elif word == "weight":
                v = r.normal(0, 1.4 / np.sqrt(max(p[0].numel(), 4)), p.shape)
            else:
                v = weights_like(r, word, p.shape)
            p.copy_(torch.tensor(v, dtype=p.dtype))


def chain(o, conv=None, act=None, mid=(), dense=None, act2=None, pre=(), n=None, flatten=None):
    conv = conv or nn.Conv2d(1, o.filters, 3, stride=2)
    pre = pre if pre is not None else ()
    parts = [*pre, conv, act or nn.ReLU(), *mid, flatten or nn.Flatten()]
    with torch.no_grad():
        size = nn.Sequential(*copy.deepcopy(parts)).eval()(torch.zeros(1, 1, 8, 8))
        size = getattr(size, "value", size).shape[1]
    return nn.Sequential(*parts, dense(size) if dense else nn.Linear(size, o.latents), act2 or nn.ReLU())


PAD = nn.ZeroPad2d((0, 1, 0, 1))


def torch_cases(o):
    F = o.filters
    c = {}
    c["plain"] = "ZeroPad2d((0,1,0,1)), Conv2d, ReLU, Flatten, Linear, ReLU", lambda: chain(o, pre=[PAD])
    c["valid"] = "no padding", lambda: chain(o)
    c["pad1"] = "padding 1, stride 2", lambda: chain(o, nn.Conv2d(1, F, 3, stride=2, padding=1))
    c["same"] = "padding='same', stride 1", lambda: chain(o, nn.Conv2d(1, F, 3, padding="same"))
    c["pad_reflect"] = "padding_mode reflect", lambda: chain(o, nn.Conv2d(1, F, 3, stride=2, padding=1, padding_mode="reflect"))
    c["pad_replicate"] = "padding_mode replicate", lambda: chain(o, nn.Conv2d(1, F, 3, stride=2, padding=1, padding_mode="replicate"))
    c["pad_circular"] = "padding_mode circular", lambda: chain(o, nn.Conv2d(1, F, 3, stride=2, padding=1, padding_mode="circular"))
    c["constantpad"] = "ConstantPad2d with 0.5", lambda: chain(o, pre=[nn.ConstantPad2d((0, 1, 0, 1), 0.5)])
    c["bn"] = "BatchNorm2d and BatchNorm1d", lambda: nn.Sequential(PAD, nn.Conv2d(1, F, 3, stride=2, bias=False), nn.BatchNorm2d(F), nn.ReLU(), nn.Flatten(), nn.Linear(16 * F, o.latents), nn.BatchNorm1d(o.latents), nn.ReLU())
    c["bn_noaffine"] = "BatchNorm2d(affine=False)", lambda: chain(o, pre=[PAD], act=nn.Sequential(nn.BatchNorm2d(F, affine=False), nn.ReLU()))
    for key, act in {"leaky": nn.LeakyReLU(0.1), "prelu": nn.PReLU(), "prelu_channel": nn.PReLU(F), "elu": nn.ELU(0.7), "relu6": nn.ReLU6(), "hardtanh": nn.Hardtanh(-0.5, 0.7), "sigmoid": nn.Sigmoid(),
                     "tanh": nn.Tanh(), "gelu": nn.GELU(), "silu": nn.SiLU(), "hardsigmoid": nn.Hardsigmoid(), "hardswish": nn.Hardswish(), "softplus": nn.Softplus(), "selu": nn.SELU(), "softmax": nn.Softmax(1), "identity": nn.Identity()}.items():
        c[f"act_{key}"] = f"{act}", lambda a=act: chain(o, pre=[PAD], act=copy.deepcopy(a))
    c["nobias"] = "bias=False", lambda: chain(o, nn.Conv2d(1, F, 3, stride=2, bias=False), dense=lambda n: nn.Linear(n, o.latents, bias=False))
    c["maxpool"] = "MaxPool2d", lambda: chain(o, nn.Conv2d(1, F, 3, padding=1), mid=[nn.MaxPool2d(2)])
    c["avgpool"] = "AvgPool2d(3, 2, 1)", lambda: chain(o, nn.Conv2d(1, F, 3, padding=1), mid=[nn.AvgPool2d(3, 2, 1)])
    c["adaptive"] = "AdaptiveAvgPool2d(1)", lambda: chain(o, mid=[nn.AdaptiveAvgPool2d(1)])
    c["dropout"] = "Dropout", lambda: chain(o, mid=[nn.Dropout(0.3)])
    c["twoconv"] = "two convolutions, one depthwise", lambda: chain(o, pre=[PAD], mid=[nn.Conv2d(F, F, 3, padding=1, groups=F), nn.ReLU()])
    c["autoencoder"] = "encoder and decoder with ConvTranspose2d", lambda: Autoencoder(o)
    c["unflatten"] = "input of 64, Unflatten", lambda: chain64(o)
    c["branches"] = "two convolutions, torch.cat", lambda: Branches(o)
    c["functional"] = "functional: F.pad, relu, view, x * 2", lambda: Functional(o)
    c["double"] = "model.double()", lambda: chain(o, pre=[PAD]).double()
    c["half"] = "model.half()", lambda: chain(o, pre=[PAD]).half()
    return c


class Autoencoder(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.encoder = nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(1, o.filters, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(16 * o.filters, o.latents), nn.ReLU())
        self.decoder = nn.Sequential(nn.Linear(o.latents, 32), nn.ReLU(), nn.Unflatten(1, (2, 4, 4)), nn.ConvTranspose2d(2, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


def chain64(o):
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.image = nn.Unflatten(1, (1, 8, 8))
            self.rest = chain(o, pre=[PAD])

        def forward(self, x):
            return self.rest(self.image(x))

    return M()


class Branches(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, o.filters, 3, stride=2), nn.Conv2d(1, o.filters, 3, stride=2)
        self.d = nn.Linear(18 * o.filters, o.latents)

    def forward(self, x):
        return torch.relu(self.d(torch.flatten(torch.cat([torch.relu(self.a(x)), torch.relu(self.b(x))], 1), 1)))


class Functional(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.c = nn.Conv2d(1, o.filters, 3, stride=2)
        self.d = nn.Linear(16 * o.filters, o.latents)

    def forward(self, x):
        x = nn.functional.pad(x * 2, (0, 1, 0, 1))
        x = torch.relu(self.c(x))
        return torch.relu(self.d(x.view(x.shape[0], -1)))


def brevitas_cases(o, lbits=9):
    F, L = o.filters, o.latents

    def make(weight=Int8WeightPerTensorFixedPoint, act=Uint8ActPerTensorFixedPoint, bias=None, inp=None, wbits=6, abits=8, lbits=lbits, padded=True, relu=qnn.QuantReLU, **k):
        def build():
            parts = [PAD] if padded else []
            if inp:
                parts.insert(0, qnn.QuantIdentity(act_quant=inp, bit_width=8, return_quant_tensor=not padded))
            w = {"weight_bit_width": wbits} if wbits else {}
            rq = bias is not None
            conv = qnn.QuantConv2d(1, F, 3, stride=2, weight_quant=weight, **w, bias=True, bias_quant=bias, **k)
            a1 = relu(act_quant=act, bit_width=abits, return_quant_tensor=rq)
            a2 = relu(act_quant=act, bit_width=lbits)
            return nn.Sequential(*parts, conv, a1, nn.Flatten(), qnn.QuantLinear((16 if padded else 9) * F, L, bias=True, weight_quant=weight, **w, bias_quant=None if bias is Int8Bias else bias), a2)
        return build

    c = {}
    c["fixed"] = "fixed point weights and activations", make()
    c["float"] = "real scales per tensor", make(Int8WeightPerTensorFloat, Uint8ActPerTensorFloat)
    c["channel"] = "a real scale per channel", make(Int8WeightPerChannelFloat, Uint8ActPerTensorFloat)
    c["shifted"] = "zero points of activations", make(Int8WeightPerTensorFloat, ShiftedUint8ActPerTensorFloat, relu=qnn.QuantIdentity)
    c["shifted_weights"] = "zero points of weights", make(ShiftedUint8WeightPerTensorFloat, Uint8ActPerTensorFloat)
    c["signed"] = "signed activations, no ReLU", make(act=Int8ActPerTensorFixedPoint, relu=qnn.QuantIdentity)
    c["input"] = "a quantised input", make(inp=Int8ActPerTensorFixedPoint)
    c["bits4"] = "4-bit weights", make(wbits=4)
    c["bits8"] = "8-bit weights, all 8 bits", make(wbits=8, lbits=8)
    c["binary"] = "binary weights", make(SignedBinaryWeightPerTensorConst, wbits=None)
    c["ternary"] = "ternary weights", make(SignedTernaryWeightPerTensorConst, wbits=None)
    c["bias"] = "quantised bias, scale of its own", make(bias=Int8BiasPerTensorFixedPointInternalScaling)
    c["bias_external"] = "8-bit bias with the scale of the sum", make(bias=Int8Bias, inp=Int8ActPerTensorFixedPoint, padded=False)
    if lbits > 8:  # QuantizeLinear has no FLOOR: QCDQ computes something else than Brevitas
        c["floor"] = "activations rounded down", make(act=floor_act())
    c["bn"] = "BatchNorm2d between", lambda: nn.Sequential(PAD, qnn.QuantConv2d(1, F, 3, stride=2, bias=False, weight_quant=Int8WeightPerTensorFixedPoint, weight_bit_width=6), nn.BatchNorm2d(F),
                                                          qnn.QuantReLU(act_quant=Uint8ActPerTensorFixedPoint), nn.Flatten(), qnn.QuantLinear(16 * F, L, bias=True, weight_quant=Int8WeightPerTensorFixedPoint, weight_bit_width=6), qnn.QuantReLU(act_quant=Uint8ActPerTensorFixedPoint))
    c["avgpool"] = "TruncAvgPool2d", lambda: nn.Sequential(PAD, qnn.QuantConv2d(1, F, 3, stride=2, bias=False, weight_quant=Int8WeightPerTensorFixedPoint, weight_bit_width=6),
                                                           qnn.QuantReLU(act_quant=Uint8ActPerTensorFixedPoint, return_quant_tensor=True), qnn.TruncAvgPool2d(2, 2), nn.Flatten(), qnn.QuantLinear(4 * F, L, bias=True, weight_quant=Int8WeightPerTensorFixedPoint), qnn.QuantReLU(act_quant=Uint8ActPerTensorFixedPoint))
    return c


def floor_act():
    class FloorAct(Uint8ActPerTensorFixedPoint):
        float_to_int_impl_type = "FLOOR"

    return FloorAct


def outputs_of(model, x):
    """Outputs of the leaf modules in the order of computing."""
    values, hooks = {}, []
    for key, m in model.named_modules():
        if key and not list(m.children()) or (key and type(m).__module__.startswith("brevitas.nn")):
            hooks.append(m.register_forward_hook(lambda m, i, y, k=key: values.__setitem__(k, getattr(y, "value", y).detach().numpy())))
    with torch.no_grad():
        y = model(x)
    for h in hooks:
        h.remove()
    brevitas_inner = [k for k in values if any(k.startswith(p + ".") and type(dict(model.named_modules())[p]).__module__.startswith("brevitas.nn") for p in values)]
    for k in brevitas_inner:
        del values[k]
    values["output"] = getattr(y, "value", y).detach().numpy()
    return values


def main():
    out = asked()

    def one(name, what, make, export, suffix):
        if not out.wanted(name):
            return
        torch.manual_seed(1)
        try:
            model = make()
            fill(model, name)
            kind = next(model.parameters()).dtype
            shape = (64,) if "unflatten" in name else (1, 8, 8)
            x = torch.tensor(wafers(out.rows, shape)).to(kind)
            model.train()
            if "brevitas" in name or name.startswith("bv"):  # the scales of activations come from data
                with torch.no_grad():
                    for _ in range(3):
                        model(x)
                fill(model, name)
            model.eval()
            layers = outputs_of(model, x)
            files = export(model, x, name)
            out.reference(name, {"input": x.numpy()}, layers)
            out.note(name, files, what + suffix)
        except Exception as e:  # noqa: BLE001
            print(f"  {name}: {type(e).__name__} {(str(e).splitlines() or [''])[0][:200]}", file=sys.stderr)

    def script(model, x, name):
        torch.onnx.export(model, x[:1], out.path(name + ".onnx"), dynamo=False, opset_version=17, input_names=["wafer"], output_names=["latents"], dynamic_axes={"wafer": {0: "n"}, "latents": {0: "n"}})
        return [name + ".onnx"]

    def dynamo(model, x, name):
        torch.onnx.export(model, (x[:2],), out.path(name + ".onnx"), dynamo=True, external_data=True, verbose=False, dynamic_shapes=({0: torch.export.Dim("n")},))
        import os
        return [name + ".onnx"] + ([name + ".onnx.data"] if os.path.exists(out.path(name + ".onnx.data")) else [])

    def to_qonnx(model, x, name):
        export_qonnx(model, x[:1], export_path=out.path(name + ".onnx"), dynamo=False, opset_version=17)
        return [name + ".onnx"]

    def to_qcdq(model, x, name):
        export_onnx_qcdq(model, x[:1], export_path=out.path(name + ".onnx"), dynamo=False, opset_version=17)
        return [name + ".onnx"]

    for key, (what, make) in torch_cases(out).items():
        one(f"pt_{key}", what, make, script, "; torch.onnx.export(dynamo=False)")
        if key in ("plain", "pad1", "bn", "act_leaky", "act_hardtanh", "act_gelu", "maxpool", "autoencoder", "functional", "unflatten", "branches", "pad_reflect"):
            one(f"pd_{key}", what, make, dynamo, "; torch.onnx.export as it is by default, weights beside")
    for key, (what, make) in brevitas_cases(out).items():
        one(f"bv_{key}", what, make, to_qonnx, "; export_qonnx")
    for key, (what, make) in brevitas_cases(out, 8).items():  # QCDQ holds 8 bits at most
        one(f"bvq_{key}", what, make, to_qcdq, "; export_onnx_qcdq")
    out.close("torch", {"torch": torch.__version__.split("+")[0], "brevitas": version("brevitas"), "onnx": onnx.__version__, "onnxscript": version("onnxscript"), "numpy": np.__version__})


main()
