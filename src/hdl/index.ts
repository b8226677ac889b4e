export { type BuiltModule, type Case, readsOfBody } from './built.js';
export {
  type Component,
  type ParameterValue,
  type Port,
  type PortGroup,
  portOf,
} from './component.js';
export {
  anyBit,
  type Bits,
  bits,
  type Constant,
  cat,
  choose,
  constant,
  type Expression,
  equals,
  isWhole,
  joined,
  logic,
  printed,
  repeated,
} from './expression.js';
export { LINE } from './layout.js';
export { type LeafHeader, leafComponent, readLeaf } from './leaf.js';
export * from './manifest.js';
export { ModuleBuilder } from './module.js';
export * from './package.js';
export type { Instance, LeafState, RegisterOptions, Sink, StateCells, WireName } from './parts.js';
export { withPrefix } from './prefix.js';
export { moduleText } from './print.js';
export {
  copies,
  type Redundancy,
  type StateBits,
  type StateKind,
  type TmrMode,
  triplicate,
} from './redundancy.js';
