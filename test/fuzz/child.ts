// Runs cases in a process that can be ended: child.ts KIND FROM COUNT FOLDER. Tells each case before it begins.
import { kinds } from './kinds.js';
import { runCases } from './run.js';

const [name, from, count, folder] = process.argv.slice(-4);
const kind = kinds.find((k) => k.name === name)!;
const result = await runCases(kind, Number(from), Number(count), folder, (seed) => process.send?.({ seed }));
process.send?.({ result });
process.disconnect?.();
process.exit();
