/** How often signals change. */
export interface BlockActivity {
  /**
   * Mean changes of a gate's output per BX, glitches included.
   *
   * @param path instance names from the top, as in BlockCount
   * @param module name of the module
   */
  changes(path: string, module: string): number;
  /** One sentence: where the numbers come from. */
  readonly method: string;
}

/** Blocks whose content stands still while wafers pass: changed over I2C only. */
export const standingBlocks: readonly string[] = [
  'u_weight_memory',
  'u_registers',
  'u_i2c_target',
  'u_reset_sync',
];

/**
 * Without a measurement: the published block without full triplication takes 1.2 nJ per wafer with 780,000 gates
 * (domain facts, section 4), which the energies of the 65 nm model turn into this many changes per gate.
 */
export const ASSUMED_CHANGES = 0.4;

export const assumedActivity: BlockActivity = {
  changes: (path) => (isStanding(path) ? 0 : ASSUMED_CHANGES),
  method: `assumed ${ASSUMED_CHANGES} changes per gate and BX in the data path (from the published 1.2 nJ of 780,000 gates), none in weights and configuration.`,
};

export function isStanding(path: string): boolean {
  return standingBlocks.includes(path.split('/')[0]);
}
