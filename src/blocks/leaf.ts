import { join } from 'node:path';
import { packageRoot, readText } from '../base/index.js';
import {
  type Component,
  type LeafHeader,
  leafComponent,
  type ParameterValue,
  readLeaf,
  type StateCells,
} from '../hdl/index.js';

const headers = new Map<string, LeafHeader>();

/**
 * A hand-written cell of rtl/ with these parameters; its ports and their widths are read from its header.
 * @throws EconError base/cannot-read, hdl/no-parameter
 */
export function leaf(module: string, parameters: Readonly<Record<string, ParameterValue>> = {}): Component {
  let header = headers.get(module);
  if (!header) {
    header = readLeaf(readText(join(packageRoot, 'rtl', `${module}.v`)));
    headers.set(module, header);
  }
  return leafComponent(header, parameters);
}

/** What keeps the state of emitted modules. */
export const stateCells: StateCells = {
  pipeline: (width) => leaf('econ_pipeline', { Width: width }),
  register: (width, reset) =>
    leaf('econ_register', { Width: width, ...(reset === undefined ? {} : { ResetValue: reset }) }),
};
