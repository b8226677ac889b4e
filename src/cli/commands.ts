import type { Command } from 'commander';

/** A command of `econ`: its file, and the rooms that this needs, are read when it is asked for. */
export interface LazyCommand {
  readonly name: string;
  readonly about: string;
  /** Adds the command to the program, last of all. */
  readonly load: () => Promise<(program: Command) => void>;
}

/** In the order of `econ --help`. */
export const commands: readonly LazyCommand[] = [
  {
    name: 'flow',
    about: 'the main job: data, training, Verilog, simulation, budgets and report in one run folder',
    load: async () => (await import('./flow.js')).addFlow,
  },
  {
    name: 'generate',
    about: 'make wafers from physics: pile-up with electrons, photons, pions and jets on top',
    load: async () => (await import('./generate.js')).addGenerate,
  },
  {
    name: 'train',
    about: 'train an encoder on the integer arithmetic of the chip, and show its quality on held-out wafers',
    load: async () => (await import('./train.js')).addTrain,
  },
  {
    name: 'shapes',
    about: 'list the encoders that have a name, with their layers, multipliers and weights',
    load: async () => (await import('./shapes.js')).addShapes,
  },
  {
    name: 'explore',
    about: 'search encoder shapes: which give the best reconstruction for their energy and bits',
    load: async () => (await import('./explore.js')).addExplore,
  },
  {
    name: 'adapt',
    about:
      'train a model on for new conditions (noise, dead cells, ageing, pile-up) without losing the old ones',
    load: async () => (await import('./adapt.js')).addAdapt,
  },
  {
    name: 'modules',
    about: 'one decoder, many encoders: weights for classes of modules, as a library',
    load: async () => (await import('./modules.js')).addModules,
  },
  {
    name: 'import',
    about: 'take an encoder from elsewhere: say how far the chip is from it, fit a decoder, fine-tune it',
    load: async () => (await import('./import.js')).addImport,
  },
  {
    name: 'export',
    about: 'write a trained encoder for other tools: QONNX, Keras, NumPy, ECON-T settings, weight image',
    load: async () => (await import('./export.js')).addExport,
  },
  {
    name: 'evaluate',
    about: "quality of a trained model on any wafers, beside the chip's other algorithms at equal links",
    load: async () => (await import('./evaluate.js')).addEvaluate,
  },
  {
    name: 'anomaly',
    about: 'score wafers by how unusual their latents are, without a decoder',
    load: async () => (await import('./anomaly.js')).addAnomaly,
  },
  {
    name: 'compare',
    about:
      'the algorithms of the chip on the same wafers at equal links, through their real packets: EMD, position, width, sum',
    load: async () => (await import('./compare.js')).addCompare,
  },
  {
    name: 'profile',
    about: 'ranges and saturation in every layer of an encoder, and the proof that no accumulator overflows',
    load: async () => (await import('./profile.js')).addProfile,
  },
  {
    name: 'gap',
    about: "what the chip's integer arithmetic costs: the same training in float, exact and econt",
    load: async () => (await import('./gap.js')).addGap,
  },
  {
    name: 'rtl',
    about:
      'write synthesizable Verilog-2005 of the chip, with testbench, vectors, constraints and register docs',
    load: async () => (await import('./rtl.js')).addRtl,
  },
  {
    name: 'simulate',
    about: 'run the emitted Verilog cycle by cycle and compare every output bit with the integer reference',
    load: async () => (await import('./simulate.js')).addSimulate,
  },
  {
    name: 'sim',
    about: 'simulate any synthesizable Verilog design cycle by cycle, without a testbench',
    load: async () => (await import('./sim.js')).addSim,
  },
  {
    name: 'emulate',
    about: 'run the software chip: 12 input words per BX to 13 output words, any algorithm, any length',
    load: async () => (await import('./emulate.js')).addEmulate,
  },
  {
    name: 'decode',
    about: 'receive the packets of output words: 13 words per BX back to the charges of 48 trigger cells',
    load: async () => (await import('./decode.js')).addDecode,
  },
  {
    name: 'conform',
    about: 'compare with published ECON-T test vectors, input words to output words',
    load: async () => (await import('./conform.js')).addConform,
  },
  {
    name: 'registers',
    about: 'print, check, compare and convert register settings; export the register map',
    load: async () => (await import('./registers.js')).addRegisters,
  },
  {
    name: 'budget',
    about:
      'latency as simulated, gates and flip-flops as synthesised, area and power estimated, against limits',
    load: async () => (await import('./budget.js')).addBudget,
  },
  {
    name: 'report',
    about: 'render a run folder again: report.html and summary.json, as far as the run has come',
    load: async () => (await import('./report.js')).addReport,
  },
  {
    name: 'runs',
    about: 'lists runs and compares them: quality on held-out wafers, and the settings in which they differ',
    load: async () => (await import('./runs.js')).addRuns,
  },
  {
    name: 'detector',
    about: 'read a detector from a file; with wafers of it: read them, and measure what was received',
    load: async () => (await import('./detector.js')).addDetector,
  },
  {
    name: 'doctor',
    about: 'say which parts of econ can run here, and which optional tools are there',
    load: async () => (await import('./doctor.js')).addDoctor,
  },
];
