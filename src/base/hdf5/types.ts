/** Numbers of an HDF5 file: int8 .. uint64, bool and enumerations in their own width; float16 as 32 bits. */
export type Hdf5Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export type Hdf5Values = Hdf5Numbers | readonly string[];

/** null: there is an attribute of this name, of a type that is not read here (a reference, say), or without a value. */
export type Hdf5Attribute = string | number | bigint | boolean | Hdf5Values | null;

export interface Hdf5Group {
  /** Names from the root on; [] is the root itself. */
  readonly path: readonly string[];
  readonly attributes: ReadonlyMap<string, Hdf5Attribute>;
  /** Links that lead out of the file, or nowhere: they are not followed. */
  readonly dangling: readonly string[];
}

/** What a file says of a data set, before its values are read. */
export interface Hdf5Description {
  /** Names of groups and data set, outermost first. */
  readonly path: readonly string[];
  /** [] for a scalar. */
  readonly shape: readonly number[];
  /**
   * `float64`, `float32`, `float16`, `int8` .. `uint64`, `bool` (as h5py writes it), `enum`, `string`; or the name of
   * what is not read here: `compound`, `reference`, `vlen`, `float128`, `virtual`, `empty` ...
   */
  readonly dtype: string;
  /** Size of the pieces that it is stored in, where it is. */
  readonly chunks?: readonly number[];
  /** Names of the members, of a compound. */
  readonly members?: readonly string[];
  readonly attributes: ReadonlyMap<string, Hdf5Attribute>;
}

export interface Hdf5Dataset extends Hdf5Description {
  /** Row-major; null when `dtype` is none that is read here. */
  readonly data: Hdf5Values | null;
}

/** Groups, the root first, and data sets of a file: plain data, in the order of a walk through the file. */
export interface Hdf5Contents {
  readonly groups: readonly Hdf5Group[];
  readonly datasets: readonly Hdf5Description[];
}

export interface Hdf5File extends Hdf5Contents {
  readonly datasets: readonly Hdf5Dataset[];
}
