import { type Progress, silent } from '../base/index.js';
import { type ChipSettings, inputFormat, LINK_RESET_ROWS, ORBIT_HEADER } from '../blocks/index.js';
import { type ChipVectors, registerNamed } from '../chips/index.js';
import type { Simulator } from '../netlist-sim/index.js';
import { I2cMaster, type I2cOptions } from './i2c-master.js';

/** What the inputs carry while no wafer is sent. */
function idleWords(settings: ChipSettings): Uint32Array {
  return new Uint32Array(inputFormat(settings).links).fill(0xa0000000);
}
/** weight_status after an accepted commit. */
const COMMIT_DONE = 2;

export interface ConfigureTask extends I2cOptions {
  /** Registers and weights, for the reference values inside the chip. */
  readonly settings: ChipSettings;
  readonly vectors: ChipVectors;
  readonly progress?: Progress;
}

/** Resets a chip, writes its registers and weights over I2C and waits for the commit of these. */
export function configure(
  chip: Simulator,
  task: ConfigureTask,
): { readonly bus: I2cMaster; readonly idle: Uint32Array; readonly commitAccepted?: boolean } {
  const { settings, vectors, progress = silent } = task;
  const idle = idleWords(settings);
  chip.set('link_i', idle);
  chip.set('rst_ni', 1);
  const bus = new I2cMaster(chip, task);
  chip.reset('rst_ni', 0);
  chip.step(8);
  progress.start('load', vectors.writes.length, 'I2C write');
  let written = 0;
  bus.play(vectors.writes, () => progress.update(++written));
  const commits = vectors.writes.some(({ address }) => address === registerNamed('weight_command').address);
  return { bus, idle, commitAccepted: commits ? waitForCommit(bus) : undefined };
}

/**
 * A link reset of 256 BX before row 0, so that no words of earlier BX wait in the buffer. BX 0 is the first of them:
 * the count does not wrap before row 0 is out.
 */
export function emptyBuffer(chip: Simulator, idle: Uint32Array): void {
  chip.set('link_i', new Uint32Array(idle.length).fill((ORBIT_HEADER << 28) >>> 0));
  chip.set('link_reset_i', 1);
  chip.step();
  chip.set('link_i', idle);
  chip.set('link_reset_i', 0);
  chip.step(LINK_RESET_ROWS - 1);
}

function waitForCommit(bus: I2cMaster): boolean {
  const { address } = registerNamed('weight_status');
  // The check takes 1609 clocks; a read of one byte takes more than 500.
  for (let tries = 0; tries < 20; tries++) {
    const [status] = bus.read(address, 1);
    if ((status & 1) === 0) return status === COMMIT_DONE;
  }
  return false;
}
