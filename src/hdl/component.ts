import { hdlError } from './errors.js';
import type { Constant } from './expression.js';

export interface Port {
  readonly direction: 'input' | 'output';
  readonly width: number;
  readonly name: string;
  /** Number format or meaning, printed beside the port. */
  readonly note?: string;
}

/** Ports of one role, printed under a heading. */
export interface PortGroup {
  readonly title: string;
  readonly ports: readonly Port[];
}

/** Value of a parameter: a number, or a sized constant. */
export type ParameterValue = number | Constant;

/** What can be placed in a module: a module's name, the parameters to set, and its ports with their widths. */
export interface Component {
  readonly module: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly ports: readonly Port[];
  /** Parameters that say whether state is kept three times; they follow from the kind of the state. */
  readonly redundant: readonly string[];
}

/** A port of a component by name. @throws EconError hdl/no-port */
export function portOf(component: Component, name: string): Port {
  const port = component.ports.find((p) => p.name === name);
  if (port) return port;
  const names = component.ports.map((p) => p.name).join(', ');
  throw hdlError('hdl/no-port', component.module, `there is no port ${name}, only ${names}.`);
}
