"""Writes the files beside it: five wafers in the forms in which people keep them. Charge of cell c in wafer w: 100 w + c.
Run in this folder with numpy 2, pandas 2, pyarrow 2x, h5py 3, tables 3, uproot 5; the files are committed."""
import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

charges = np.array([[100 * w + c for c in range(48)] for w in range(5)], dtype=np.int64)
names = [f"CALQ_{c}" for c in range(48)]
frame = pd.DataFrame(charges, columns=names)

# Parquet: pandas as it comes; nullable integers in two groups, mixed order; lists; a missing value.
frame.assign(event=["a", "b", "c", "d", "e"]).to_parquet("plain.parquet")
pq.write_table(pa.Table.from_pandas(frame.astype("Int32")[names[::-1]]), "nullable.parquet", row_group_size=3, compression="zstd")
lists = pa.table({"id": [1, 2, 3, 4, 5], "tc": pa.array(charges.tolist(), pa.list_(pa.uint32()))})
pq.write_table(lists, "lists.parquet", compression="gzip")
short = pa.table({"tc": pa.array([row.tolist()[: 48 - (w == 3)] for w, row in enumerate(charges)], pa.list_(pa.int16()))})
pq.write_table(short, "short.parquet")
holes = frame.astype("Int64")
holes.loc[2, "CALQ_7"] = pd.NA
holes.to_parquet("missing.parquet", compression="lz4")

with h5py.File("nested.h5", "w") as f:
    f.create_dataset("events/CALQ", data=charges.astype(">u2"), chunks=(2, 48), compression="gzip")
    f["events/label"] = np.arange(5)
    f["noise/CALQ"] = charges.astype("f4") + 0.5
with h5py.File("columns.h5", "w") as f:
    for c in range(48):
        f[f"wafers/tc_{c:02d}"] = charges[:, c].astype("u4")
    f["wafers/layer"] = np.array([9, 13, 9, 9, 9])
    f["wafers/waferu"] = np.array([-3, 1, 3, 0, 1])
    f["wafers/waferv"] = np.array([2, 4, 0, 0, 2])
frame[names[::-1]].to_hdf("fixed.h5", key="df", mode="w")
frame.to_hdf("table.h5", key="df", mode="w", format="table")

with uproot.recreate("scalars.root", compression=uproot.ZLIB(1)) as f:
    f.mktree("t", {**{n: "int32" for n in names}, "event": "int64"})
    f["t"].extend({**{n: charges[:, c].astype("i4") for c, n in enumerate(names)}, "event": np.arange(5)})
with uproot.recreate("arrays.root", compression=uproot.LZ4(1)) as f:
    f.mktree("dir/wafers", {"calq": np.dtype(("f4", (48,)))})
    f["dir/wafers"].extend({"calq": charges.astype("f4")})
    f.mktree("other", {"x": "f8"})
    f["other"].extend({"x": np.arange(3.0)})
with uproot.recreate("lists.root", compression=uproot.ZSTD(1)) as f:
    import awkward as ak

    f.mktree("t", {"q": "var * int32"})
    f["t"].extend({"q": ak.Array(charges.astype("i4").tolist())})
