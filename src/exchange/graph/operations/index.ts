import type { Operation } from '../operation.js';
import type { OperationRule, OperationRules } from '../value.js';
import { numberByNumber } from './number-by-number.js';
import { quantising } from './quantise.js';
import { rearranging } from './rearrange.js';
import { reducing } from './reductions.js';
import { summing } from './sums.js';

/** Every operation that a graph can hold: a new one is an entry in operation.ts and a rule here. */
const rules: OperationRules<Operation['kind']> = {
  ...summing,
  ...numberByNumber,
  ...quantising,
  ...rearranging,
  ...reducing,
};

export function ruleOf(op: Operation): OperationRule<Operation> {
  return rules[op.kind] as unknown as OperationRule<Operation>;
}
