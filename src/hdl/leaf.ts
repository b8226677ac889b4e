import type { Component, ParameterValue, Port } from './component.js';
import { hdlError } from './errors.js';

/** The header of a hand-written module: what there is before parameters have values. */
export interface LeafHeader {
  readonly module: string;
  /** Parameter -> default, in Verilog. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly ports: readonly (Omit<Port, 'width'> & { readonly range?: string })[];
}

/**
 * Reads the header of the module in a Verilog file. Comments that end a port's line become its note.
 * @throws EconError hdl/bad-header
 */
export function readLeaf(text: string): LeafHeader {
  const bare = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const start = /\bmodule\s+(\w+)\s*/.exec(bare);
  if (!start) throw hdlError('hdl/bad-header', 'leaf cell', 'the text has no module.');
  const module = start[1];
  let at = start.index + start[0].length;
  const parameters = new Map<string, string>();
  if (bare[at] === '#') {
    const [list, end] = bracketed(bare, bare.indexOf('(', at), module);
    at = bare.indexOf('(', end);
    for (const item of list) {
      const found = /^(?:parameter\s+)?(?:\[[^\]]*\]\s*)?(\w+)\s*=\s*([\s\S]+)$/.exec(item);
      if (!found) throw hdlError('hdl/bad-header', module, `parameter '${item}' is not understood.`);
      parameters.set(found[1], found[2].trim());
    }
  }
  const ports = bracketed(bare, at, module)[0].map((item) => {
    const found = /^(input|output)\s+(?:wire|reg)?\s*(?:signed\s+)?(?:\[([^\]]*)\]\s*)?(\w+)$/.exec(item);
    if (!found) throw hdlError('hdl/bad-header', module, `port '${item}' is not understood.`);
    return { direction: found[1] as Port['direction'], range: found[2], name: found[3] };
  });
  return { module, parameters, ports };
}

/** Items between the bracket at `open` and its partner, at commas outside inner brackets; and where it ends. */
function bracketed(text: string, open: number, module: string): [items: string[], end: number] {
  const items = [''];
  let depth = 0;
  for (let at = open; at >= 0 && at < text.length; at++) {
    const c = text[at];
    if ('([{'.includes(c) && depth++ === 0) continue;
    if (')]}'.includes(c) && --depth === 0)
      return [items.map((i) => i.trim()).filter((i) => i !== ''), at + 1];
    if (c === ',' && depth === 1) items.push('');
    else items[items.length - 1] += c;
  }
  throw hdlError('hdl/bad-header', module, 'the header does not end.');
}

/**
 * The component that a hand-written module is with these parameters; the others keep their defaults.
 * @throws EconError hdl/no-parameter, hdl/bad-header
 */
export function leafComponent(
  header: LeafHeader,
  given: Readonly<Record<string, ParameterValue>>,
): Component {
  const { module, parameters } = header;
  for (const name of Object.keys(given)) {
    if (parameters.has(name)) continue;
    const names = [...parameters.keys()].join(', ') || 'none';
    throw hdlError('hdl/no-parameter', module, `there is no parameter ${name}; it has ${names}.`);
  }
  const value = (name: string): number => {
    const own = given[name];
    if (own !== undefined) return typeof own === 'number' ? own : Number(own.value);
    const text = parameters.get(name);
    if (text === undefined)
      throw hdlError('hdl/bad-header', module, `a range needs ${name}, which is no parameter.`);
    return evaluate(text, value, module);
  };
  const ports = header.ports.map(({ range, ...port }): Port => {
    if (range === undefined) return { ...port, width: 1 };
    const [most, least] = range.split(':').map((end) => evaluate(end, value, module));
    return { ...port, width: most - least + 1 };
  });
  const redundant = [...parameters.keys()].filter((name) => name.startsWith('Triplicate'));
  return { module, parameters: given, ports, redundant };
}

const OPERATORS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / b), '%': (a, b) => a % b },
];

/** Value of a constant expression of numbers, parameters, + - * / % and brackets. */
function evaluate(text: string, parameter: (name: string) => number, module: string): number {
  const tokens = text.match(/\d+'[bdh][\da-f]+|\w+|[^\s\w]/gi) ?? [];
  let at = 0;
  const bad = (): Error => hdlError('hdl/bad-header', module, `'${text.trim()}' is not understood.`);
  const atom = (): number => {
    const token = tokens[at++];
    if (token === '(') {
      const inner = level(0);
      if (tokens[at++] !== ')') throw bad();
      return inner;
    }
    if (token === undefined || !/^\w/.test(token)) throw bad();
    const sized = /'([bdh])(\w+)$/i.exec(token);
    if (sized) return Number.parseInt(sized[2], { b: 2, d: 10, h: 16 }[sized[1].toLowerCase()]);
    return /^\d/.test(token) ? Number(token) : parameter(token);
  };
  const level = (n: number): number => {
    if (n === OPERATORS.length) return atom();
    let left = level(n + 1);
    while (Object.hasOwn(OPERATORS[n], tokens[at] ?? ''))
      left = OPERATORS[n][tokens[at++]](left, level(n + 1));
    return left;
  };
  const result = level(0);
  if (at !== tokens.length || !Number.isInteger(result)) throw bad();
  return result;
}
