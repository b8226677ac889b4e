import type { TensorflowRules } from './node.js';
import { numbers } from './numbers.js';
import { shapes } from './shapes.js';
import { sums } from './sums.js';

/** TensorFlow's operations, by name: what each node is in the graph. */
export const rules: TensorflowRules = { ...sums, ...numbers, ...shapes };

const FREEZE =
  'Freeze the graph: convert_variables_to_constants_v2(model), or tf.compat.v1.graph_util.convert_variables_to_constants.';
const INFERENCE =
  'Freeze the network for inference: learning phase 0 (TensorFlow 1) or training=False, without tf.function.';

/** What to do about nodes that are often met and cannot be read. */
export const remedies: Readonly<Record<string, string>> = {
  VarHandleOp: FREEZE,
  ReadVariableOp: FREEZE,
  Variable: FREEZE,
  VariableV2: FREEZE,
  RestoreV2: FREEZE,
  SaveV2: FREEZE,
  Switch: INFERENCE,
  Merge: INFERENCE,
  If: INFERENCE,
  StatelessIf: INFERENCE,
  While: INFERENCE,
  StatelessWhile: INFERENCE,
  PartitionedCall: INFERENCE,
  StatefulPartitionedCall: INFERENCE,
  RandomUniform: INFERENCE,
  RandomStandardNormal: INFERENCE,
  SpaceToBatchND: 'Build the convolution without dilation: the chip has none.',
  MirrorPad: 'Pad with zeros: the chip has no other pads.',
};
