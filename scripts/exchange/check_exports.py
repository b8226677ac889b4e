"""Do exports load in the tools and give the expected numbers? python check_exports.py TOOL FOLDER, TOOL keras, qonnx, hls4ml or onnxruntime.

For every NAME.h5, NAME.onnx or NAME.plain.onnx in FOLDER there are NAME.wafers.npy, the inputs in units of 1, and NAME.latents.npy, what should
come out. Prints one JSON object: versions, and for each file and step the number of values and the largest difference.
"""
import json
import os
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"

import numpy as np


def compared(values, expected):
    values, expected = np.asarray(values, dtype="float64").reshape(-1), expected.reshape(-1).astype("float64")
    return {"values": int(values.size), "different": int((values != expected).sum()), "largest": float(np.abs(values - expected).max())}


def keras_file(path, x):
    import keras

    model = keras.models.load_model(path)
    return {"predict": model.predict(x.reshape(-1, *model.input_shape[1:]), verbose=0)}


def qonnx_steps(path, folder):
    """As people prepare a file for hls4ml: the files after each step."""
    from qonnx.util.cleanup import cleanup
    from qonnx.util.to_channels_last import to_channels_last

    clean, last = os.path.join(folder, "clean.onnx"), os.path.join(folder, "channels-last.onnx")
    cleanup(path, out_file=clean)
    to_channels_last(clean, out_file=last)
    return {"as written": path, "qonnx-cleanup": clean, "qonnx-to-channels-last": last}


def qonnx_file(path, x):
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx

    values = {}
    with tempfile.TemporaryDirectory() as folder:
        for step, file in qonnx_steps(path, folder).items():
            model = ModelWrapper(file)
            name = model.graph.input[0].name
            shape = model.get_tensor_shape(name)
            rows = [next(iter(execute_onnx(model, {name: wafer.reshape(shape)}).values())) for wafer in x]
            values[step] = np.concatenate(rows)
    return values


def hls4ml_file(path, x):
    import hls4ml
    from qonnx.core.modelwrapper import ModelWrapper

    with tempfile.TemporaryDirectory() as folder:
        model = ModelWrapper(qonnx_steps(path, folder)["qonnx-to-channels-last"])
        # Wide enough for every sum between the Quant nodes.
        config = hls4ml.utils.config.config_from_onnx_model(model, granularity="name", backend="Vitis", default_precision="fixed<32,16>")
        converted = hls4ml.converters.convert_from_onnx_model(model, hls_config=config, output_dir=os.path.join(folder, "hls"), backend="Vitis", io_type="io_parallel")
        converted.compile()
        return {"converted and compiled": converted.predict(np.ascontiguousarray(x.reshape(-1, *model.get_tensor_shape(model.graph.input[0].name)[1:])))}


def runtime_file(path, x):
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    return {"onnxruntime": session.run(None, {given.name: x.reshape(-1, *given.shape[1:])})[0]}


def main():
    tool, folder = sys.argv[1:3]
    run, end, other, packages = {
        "keras": (keras_file, ".h5", None, ("keras", "tensorflow-cpu", "jax", "h5py")),
        "qonnx": (qonnx_file, ".onnx", ".plain.onnx", ("qonnx", "onnx", "onnxruntime")),
        "hls4ml": (hls4ml_file, ".onnx", ".plain.onnx", ("hls4ml", "qonnx", "onnx")),
        "onnxruntime": (runtime_file, ".plain.onnx", None, ("onnxruntime",)),
    }[tool]
    files = {}
    for file in sorted(f for f in os.listdir(folder) if f.endswith(end) and not (other and f.endswith(other))):
        stem = os.path.join(folder, file[: -len(end)])
        x, expected = np.load(stem + ".wafers.npy"), np.load(stem + ".latents.npy")
        try:
            files[file] = {step: compared(values, expected) for step, values in run(os.path.join(folder, file), x).items()}
        except Exception as e:  # noqa: BLE001  what a tool says is the result
            files[file] = {"error": f"{type(e).__name__}: {(str(e).splitlines() or [''])[0][:300]}"}
    import importlib.metadata as m

    found = {d.metadata["Name"].lower() for d in m.distributions()}
    print("RESULT " + json.dumps({"versions": {p: m.version(p) for p in packages if p in found}, "files": files}))


main()
