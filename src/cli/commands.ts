import type { Command } from '@commander-js/extra-typings';

/** The commands of `econ` in the order of its help, and what they are for. */
export const commands = {
  flow: 'the main job: data, training, Verilog, simulation, budgets and report in one run folder',
  generate: 'make wafers from physics: pile-up with electrons, photons, pions and jets on top',
  train: 'train an encoder on the integer arithmetic of the chip, and show its quality on held-out wafers',
  shapes: 'list the encoders that have a name, with their layers, multipliers and weights',
  explore: 'search encoder shapes: which give the best reconstruction for their energy and bits',
  adapt:
    'train a model on for new conditions (noise, dead cells, ageing, pile-up) without losing the old ones',
  modules: 'one decoder, many encoders: weights for classes of modules, as a library',
  import: 'take an encoder from elsewhere: say how far the chip is from it, fit a decoder, fine-tune it',
  export: 'write a trained encoder for other tools: QONNX, Keras, NumPy, ECON-T settings, weight image',
  evaluate: "quality of a trained model on any wafers, beside the chip's other algorithms at equal links",
  anomaly: 'score wafers by how unusual their latents are, without a decoder',
  compare:
    'the algorithms of the chip on the same wafers at equal links, through their real packets: EMD, position, width, sum',
  profile: 'ranges and saturation in every layer of an encoder, and the proof that no accumulator overflows',
  gap: "what the chip's integer arithmetic costs: the same training in float, exact and econt",
  rtl: 'write synthesizable Verilog-2005 of the chip, with testbench, vectors, constraints and register docs',
  simulate: 'run the emitted Verilog cycle by cycle and compare every output bit with the integer reference',
  sim: 'simulate any synthesizable Verilog design cycle by cycle, without a testbench',
  emulate: 'run the software chip: 12 input words per BX to 13 output words, any algorithm, any length',
  decode: 'receive the packets of output words: 13 words per BX back to the charges of 48 trigger cells',
  conform: 'compare with published ECON-T test vectors, input words to output words',
  registers: 'print, check, compare and convert register settings; export the register map',
  budget:
    'latency as simulated, gates and flip-flops as synthesised, area and power estimated, against limits',
  report: 'render a run folder again: report.html and summary.json, as far as the run has come',
  runs: 'lists runs and compares them: quality on held-out wafers, and the settings in which they differ',
  detector: 'read a detector from a file; with wafers of it: read them, and measure what was received',
  doctor: 'say which parts of econ can run here, and which optional tools are there',
} as const;

/** A command's file, and the rooms that this needs, are read when it is asked for. It adds the command last of all. */
export const files: Record<keyof typeof commands, () => Promise<{ addCommand(program: Command): void }>> = {
  flow: () => import('./flow.js'),
  generate: () => import('./generate.js'),
  train: () => import('./train.js'),
  shapes: () => import('./shapes.js'),
  explore: () => import('./explore.js'),
  adapt: () => import('./adapt.js'),
  modules: () => import('./modules.js'),
  import: () => import('./import.js'),
  export: () => import('./export.js'),
  evaluate: () => import('./evaluate.js'),
  anomaly: () => import('./anomaly.js'),
  compare: () => import('./compare.js'),
  profile: () => import('./profile.js'),
  gap: () => import('./gap.js'),
  rtl: () => import('./rtl.js'),
  simulate: () => import('./simulate.js'),
  sim: () => import('./sim.js'),
  emulate: () => import('./emulate.js'),
  decode: () => import('./decode.js'),
  conform: () => import('./conform.js'),
  registers: () => import('./registers.js'),
  budget: () => import('./budget.js'),
  report: () => import('./report.js'),
  runs: () => import('./runs.js'),
  detector: () => import('./detector.js'),
  doctor: () => import('./doctor.js'),
};
