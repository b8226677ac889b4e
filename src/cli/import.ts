import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { readNetwork, renderGraph } from '../exchange/index.js';
import { importModel, renderImport } from '../flow/index.js';
import { addDataOptions, dataFormats, dataOptions } from './data-options.js';
import { interruptSignal } from './interrupt.js';
import { encoderLinks, wholeNumber } from './options.js';
import { print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program
    .command('import')
    .argument(
      '<file>',
      'Keras, QKeras, HGQ2 (.keras, .h5, .json + .h5), TensorFlow graph (.pb), ONNX or QONNX (.onnx), tensors (.json, .npz), ECON-T settings (.yaml)',
    )
    .option('--data <file>', `wafers to judge it on (${dataFormats}; default: generated ones)`);
  addDataOptions(command)
    .option('--run <folder>', 'run folder; an unfinished run in it goes on', 'runs/import')
    .option('--etx <n>', 'output links', encoderLinks, 5)
    .addOption(
      new Option('--arithmetic <name>', 'econt: a floor per product as in the real chip; exact: one per sum')
        .choices(['econt', 'exact'])
        .default('econt'),
    )
    .addOption(
      new Option('--rounding <how>', 'of real weights to multiples of 1/32; floor is what ECON-T scripts do')
        .choices(['nearest', 'floor'])
        .default('nearest'),
    )
    .option('--fine-tune', "train on from the imported weights, in the chip's arithmetic")
    .option('--decoder <file>', "the network's own decoder (default: the one beside or in the file)")
    .option(
      '--conditions <list>',
      'what that decoder is told beside the latents: numbers with commas',
      numberList,
    )
    .option('--graph', 'print what was read, node by node, and stop')
    .option('--wafers <n>', 'wafers shown to each training', wholeNumber(1))
    .option('--seed <n>', 'seed of data, split and training', wholeNumber(0), 1)
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ import encoder.json --data wafers.csv
  econ import encoder.json --data wafers.csv --fine-tune --run runs/tuned
  econ import init.yaml --data wafers.csv --etx 2 --json
  econ import encoder_constantgraph.pb --data wafers.csv
  econ import encoder.hdf5 --decoder decoder.hdf5 --data wafers.csv
  econ import encoder.onnx --graph

Tensors are {"tensors": {"conv2d/kernel": {"shape": [3,3,1,8], "data": [...]}, "conv2d/bias": ..., "dense/kernel":
{"shape": [128,16], ...}, "dense/bias": ...}} in the order of Keras; the dense kernel is transposed for the chip. An
encoder that is not ECON-T's becomes a shape of its own (docs/exchange.md). The model is in RUN/model, after fine-tuning in RUN/tuned.`,
    )
    .action(async (file, { run, json, quiet, graph, fineTune = false, ...task }) => {
      if (graph) {
        const network = await readNetwork(file, 'encoder');
        return print(json ? JSON.stringify(network, typedArrays, 2) : renderGraph(network));
      }
      const result = await importModel({
        ...task,
        reading: dataOptions(task, quiet),
        file,
        fineTune,
        folder: run,
        progress: terminalProgress(quiet),
        signal: interruptSignal(),
      });
      print(json ? JSON.stringify(result, null, 2) : renderImport(result));
    });
}

/** Numbers of arrays as lists. */
function typedArrays(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? [...value] : value;
}

function numberList(text: string): number[] {
  return text.split(',').map((part) => {
    const number = Number(part);
    if (part.trim() === '' || !Number.isFinite(number))
      throw new InvalidArgumentError(`${part} is no number.`);
    return number;
  });
}
