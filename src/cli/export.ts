import type { Command } from 'commander';
import { exportModel } from '../flow/index.js';
import { print } from './terminal.js';

interface Options {
  model: string;
  out: string;
  json?: boolean;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .requiredOption('--model <folder>', 'model to write')
    .requiredOption(
      '-o, --out <file>',
      '.onnx (QONNX), .h5 (Keras), .npz (NumPy), .yaml (registers of ECON-T), .bin (weight image), .i2c (script)',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  econ export --model runs/train/model -o encoder.onnx
  econ export --model runs/train/model -o init.yaml --json

It says whether what was written computes the same latents as the chip, bit by bit.`,
    )
    .action(async ({ model, out, json }: Options) => {
      const result = await exportModel(model, out);
      print(
        json
          ? JSON.stringify(result, null, 2)
          : `${out}: ${result.format}. ${result.bitExact ? 'Bit-exact' : 'Not bit-exact'}: ${result.note}`,
      );
    });
}
