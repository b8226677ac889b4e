import { join } from 'node:path';
import { packageRoot, readJson } from './files.js';

/** Version of this package, as written into artefacts. */
export const version: string = (
  readJson(join(packageRoot, 'package.json'), 'Install econ again.') as { version: string }
).version;
