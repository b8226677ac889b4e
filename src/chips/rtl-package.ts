import { join } from 'node:path';
import { packageRoot, readText, sha256 } from '../base/index.js';
import { type ChipOptions, inputFormat, outputLinks } from '../blocks/index.js';
import { type FileSet, writePackage } from '../hdl/index.js';
import { type ChipDescription, emitChip, plannedFlipFlops, prefixed, provenance } from './chip.js';
import { redundancyDirectives, timingConstraints } from './constraints.js';
import { registerDocs } from './register-docs.js';
import { builtRegisters, chipRegisters, registerNamed, systemRdl } from './registers/index.js';
import {
  type ChipVectors,
  defaultVectorOptions,
  scriptBytes,
  type VectorOptions,
  vectorFiles,
} from './vectors.js';

/** Name of the testbench in the package. */
export const TESTBENCH = 'tb/tb_econ_chip.v';

/**
 * All files of the hand-over package except MANIFEST.json: rtl/, tb/, vectors/ (when given), econ_chip.f,
 * constraints/ (timing, redundancy), docs/registers.md and .rdl.
 */
export function rtlPackageFiles(
  description: ChipDescription,
  vectors?: ChipVectors,
  options: VectorOptions = defaultVectorOptions,
): FileSet {
  const made = provenance(description);
  const files = new Map<string, string>(emitChip(description).files);
  const sources = [...files.keys()].sort();
  // Leaf cells and blocks in any order: Verilog resolves modules after reading all files. The top comes last.
  const top = `rtl/${description.top}.v`;
  const list = [...sources.filter((path) => path !== top), top];
  files.set('econ_chip.f', `${list.join('\n')}\n`);
  const { econt, detector } = description.options;
  const testbench = readText(join(packageRoot, 'testbench', 'tb_econ_chip.v'));
  const own = econt ? ['ECON_LINK_RESET'] : [];
  if (detector) own.push(...testbenchOf(description.options));
  files.set(TESTBENCH, [...own.map((name) => `\`define ${name}\n`), testbench].join(''));
  files.set('constraints/econ_chip.sdc', timingConstraints(description, made));
  files.set('constraints/econ_chip_redundancy.tcl', redundancyDirectives(description, made));
  files.set('docs/registers.md', registerDocs(made, chipRegisters(description.options)));
  files.set(
    'docs/registers.rdl',
    systemRdl(builtRegisters(description.options), ['Registers of econ_chip.', ...made]),
  );
  if (vectors) {
    for (const [path, text] of vectorFiles(
      vectors,
      vectors.latency ?? description.latency,
      options,
      description.options,
    ))
      files.set(path, text);
  }
  return files;
}

/** What the testbench has to know of a chip that is not for HGCAL. */
function testbenchOf(options: ChipOptions): string[] {
  const cal = registerNamed('cal', options).address.toString(16).padStart(4, '0');
  return [
    `ECON_INPUT_LINKS ${inputFormat(options).links}`,
    `ECON_OUTPUT_LINKS ${outputLinks(options)}`,
    `ECON_CAL_REGISTER 16'h${cal}`,
  ];
}

/**
 * Writes the hand-over package and its MANIFEST.json.
 * @param prefix goes before every module and the files named after one, so that two chips can be in one design
 * @returns text of the manifest
 * @throws EconError base/cannot-write, chip/bad-vectors, chip/bad-option
 */
export function writeRtlPackage(
  folder: string,
  description: ChipDescription,
  vectors?: ChipVectors,
  options: VectorOptions = defaultVectorOptions,
  prefix = '',
): string {
  const planned = plannedFlipFlops(description);
  return writePackage(folder, prefixed(rtlPackageFiles(description, vectors, options), prefix), {
    format: 'econ-rtl',
    version: 1,
    generator: description.generator,
    description: description.hash,
    options: description.options,
    latencyBx: description.latency,
    flipFlops: { total: planned.total, ...Object.fromEntries(planned.perBlock) },
    ...(vectors ? { registerScript: sha256(scriptBytes(vectors.writes)) } : {}),
  });
}
