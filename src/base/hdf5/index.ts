export { type Hdf5Options, type Hdf5Session, isHdf5, openHdf5, readHdf5 } from './open.js';
export type {
  Hdf5Attribute,
  Hdf5Contents,
  Hdf5Dataset,
  Hdf5Description,
  Hdf5File,
  Hdf5Group,
  Hdf5Numbers,
  Hdf5Values,
} from './types.js';
