import type { Component, PortGroup } from './component.js';
import { type Bits, type Expression, readsOf, type Signal } from './expression.js';
import type { StateBits } from './redundancy.js';

/** A component in its place. */
export interface PlacedInstance {
  readonly name: string;
  readonly component: Component;
  /** Parameter Triplicate... -> value. */
  readonly redundancy: ReadonlyMap<string, 0 | 1>;
  /** Input port -> what drives it. */
  readonly inputs: Map<string, Expression>;
  /** Output port -> the signal that it drives. */
  readonly outputs: Map<string, Signal>;
}

/** One line of a selection: these numbers choose the value. */
export interface Case {
  readonly labels: readonly number[];
  readonly value: Expression;
  readonly note?: string;
}

/** Parts of a body, in the order in which they are printed. */
export type BodyItem =
  | { readonly kind: 'section'; readonly title: string }
  | { readonly kind: 'assign'; readonly target: Signal; readonly value: Expression }
  | { readonly kind: 'instance'; readonly placed: PlacedInstance }
  | {
      readonly kind: 'select';
      readonly target: Signal;
      readonly by: Expression;
      readonly cases: readonly Case[];
      readonly otherwise: Expression;
    };

/** A module as data: what others place (component), what is printed, and its state. */
export interface BuiltModule {
  readonly component: Component;
  readonly groups: readonly PortGroup[];
  readonly signals: readonly Signal[];
  readonly items: readonly BodyItem[];
  readonly outputs: readonly (readonly [port: string, value: Expression])[];
  readonly state: readonly StateBits[];
}

/** Everything that the body reads. */
export function readsOfBody(items: readonly BodyItem[]): Bits[] {
  return items.flatMap(valuesOf).flatMap(readsOf);
}

function valuesOf(item: BodyItem): readonly Expression[] {
  switch (item.kind) {
    case 'section':
      return [];
    case 'assign':
      return [item.value];
    case 'instance':
      return [...item.placed.inputs.values()];
    case 'select':
      return [item.by, item.otherwise, ...item.cases.map((c) => c.value)];
  }
}
