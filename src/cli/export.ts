import type { Command } from '@commander-js/extra-typings';
import { type ExportResult, renderCheck } from '../exchange/index.js';
import { exportModel } from '../flow/index.js';
import { print } from './terminal.js';

export function addCommand(program: Command): void {
  program
    .command('export')
    .requiredOption('--model <folder>', 'model to write')
    .requiredOption(
      '-o, --out <file>',
      '.onnx (QONNX), .plain.onnx (standard ONNX), .h5 (Keras), .npz (NumPy), .yaml (registers of ECON-T), .bin (weight image), .i2c (script)',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  econ export --model runs/train/model -o encoder.onnx
  econ export --model runs/train/model -o init.yaml --json

What was written is read back and compared with the chip: its latents on 200 wafers, or its weights.`,
    )
    .action(async ({ model, out, json }) => {
      const result = await exportModel(model, out);
      print(json ? JSON.stringify(result, null, 2) : `${out}: ${result.format}. ${verdict(result)}`);
    });
}

function verdict({ bitExact, note, check }: ExportResult): string {
  const found = renderCheck(check);
  return `${bitExact ? 'Bit-exact' : 'Not bit-exact'} (${found}): ${note}`;
}
