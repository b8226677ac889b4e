"""Writes kinds.h5, away.h5 and lzf.h5. Run with h5py 3.14 and numpy 2 in this folder; the files are committed."""
import h5py
import numpy as np

with h5py.File("kinds.h5", "w", track_order=False) as f:
    for kind in "<f2 >f2 <f4 >f4 <f8 >f8 |i1 |u1 <i2 >u2 >i4 <u4 <i8 >u8".split():
        f[f"numbers/{kind}"] = np.array([[0, 1, 2], [3, 4, 100]]).astype(kind)
    f["halves"] = np.array([1.5, -0.25, 2.0**-24, 65504, np.inf], "f2")
    f["bool"] = np.array([False, True, True])
    f["strings"] = ["a", "bé"]
    f["fixed"] = np.array([b"ab", b"c"])
    f["scalar"] = 3.5
    f["none"] = h5py.Empty("f4")
    f["table"] = np.zeros(3, dtype=[("a", "i4"), ("b", "f4")])
    f.create_dataset("packed", data=np.arange(1500, dtype="i4").reshape(500, 3), chunks=(64, 3), compression="gzip")
    layout = h5py.VirtualLayout((3,), "u1")
    layout[:] = h5py.VirtualSource("elsewhere.h5", "x", (3,))
    f.create_virtual_dataset("virtual", layout)
    f["soft"] = h5py.SoftLink("/nowhere")
    f["external"] = h5py.ExternalLink("elsewhere.h5", "/x")
    f.attrs["integer"] = 1
    f.attrs["list"] = ["a", "b"]
    f.attrs["reals"] = [1.5, 2]
    f.attrs["reference"] = f["strings"].ref
    f.attrs["text"] = "words"
    f.attrs["true"] = True

with h5py.File("away.h5", "w") as f:
    f.create_dataset("data", (4,), dtype="u1", external=[("/etc/passwd", 0, 4)])

with h5py.File("lzf.h5", "w") as f:
    f.create_dataset("data", data=np.arange(48), compression="lzf")
