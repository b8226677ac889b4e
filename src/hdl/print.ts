import type { BodyItem, BuiltModule, PlacedInstance } from './built.js';
import type { ParameterValue, Port } from './component.js';
import { cat, constant, type Expression, printed } from './expression.js';
import { columns, commentLines, wrap } from './layout.js';

/** Indent of a body. */
const BODY = '  ';
/** Length of a heading. */
const HEADING = 96;

/** `[width-1:0]`, or nothing for one bit. */
function range(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0]`;
}

function noted(note: string | undefined): string {
  return note === undefined ? '' : `// ${note}`;
}

/** The text of a file that holds this one module. @param header lines of the comment above it */
export function moduleText(built: BuiltModule, header: readonly string[]): string {
  const lines = [
    ...commentLines(header),
    '`default_nettype none',
    '',
    `module ${built.component.module} (`,
    ...printPorts(built),
    ');',
    '',
    ...printSignals(built),
    ...printBody(built),
    'endmodule',
    '',
    '`default_nettype wire',
    '',
  ];
  return lines.map((line) => line.trimEnd()).join('\n');
}

function printPorts({ groups, component }: BuiltModule): string[] {
  const last = component.ports.at(-1);
  const row = (port: Port): string[] => [
    `${port.direction.padEnd(6)} wire`,
    range(port.width),
    `${port.name}${port === last ? '' : ','}`,
    noted(port.note),
  ];
  const rows = columns(groups.flatMap((g) => g.ports.map(row)));
  let printedPorts = 0;
  return groups.flatMap((group, g) => [
    ...(g > 0 ? [''] : []),
    `    // ${group.title}`,
    ...group.ports.flatMap(() => wrap(`    ${rows[printedPorts++]}`, 0)),
  ]);
}

/** Wires and selected signals, but the ports. */
function printSignals({ signals, items, component }: BuiltModule): string[] {
  const ports = new Set(component.ports.map((p) => p.name));
  const selected = new Set(items.flatMap((i) => (i.kind === 'select' ? [i.target] : [])));
  const rows = signals
    .filter((s) => !ports.has(s.name!))
    .map((s) => [selected.has(s) ? 'reg' : 'wire', range(s.width), `${s.name};`, noted(s.note)]);
  return [...columns(rows).flatMap((line) => wrap(BODY + line, 0)), ...(rows.length > 0 ? [''] : [])];
}

/** Runs of assignments are aligned; a blank line stands between parts of different kinds. */
function printBody({ items, outputs }: BuiltModule): string[] {
  const lines: string[] = [];
  const values = outputs.map(([port, value]): [string, string] => [port, printed(value)]);
  let run: [target: string, value: string][] = [];
  const endRun = (): void => {
    if (run.length > 0) lines.push(...printAssigns(run), '');
    run = [];
  };
  items.forEach((item, i) => {
    if (item.kind === 'assign') {
      run.push([item.target.name!, printed(item.value)]);
      return;
    }
    endRun();
    // Neighbouring instances stand close together, and a heading stands on its part.
    if (item.kind === 'instance' && items[i - 1]?.kind === 'instance') lines.pop();
    if (item.kind === 'section')
      lines.push(`${BODY}// ${item.title} ${'-'.repeat(Math.max(3, HEADING - 4 - item.title.length))}`);
    if (item.kind === 'instance') lines.push(...printInstance(item.placed), '');
    if (item.kind === 'select') lines.push(...printSelect(item), '');
  });
  endRun();
  return [...lines, ...printAssigns(values.filter(([port, value]) => port !== value)), ''];
}

function printAssigns(run: readonly (readonly [target: string, value: string])[]): string[] {
  const wide = Math.max(...run.map(([target]) => target.length));
  return run.flatMap(([target, value]) => {
    const head = `${BODY}assign ${target.padEnd(wide)} = `;
    return wrap(`${head}${value};`, head.length);
  });
}

function printValue(value: ParameterValue): string {
  return typeof value === 'number' ? String(value) : printed(value);
}

function printInstance({ name, component, redundancy, inputs, outputs }: PlacedInstance): string[] {
  const parameters = [
    ...Object.entries(component.parameters).map(([key, value]) => `.${key}(${printValue(value)})`),
    ...[...redundancy].map(([key, value]) => `.${key}(${value})`),
  ];
  const head = parameters.length === 0 ? '' : `#(${parameters.join(', ')}) `;
  const wide = Math.max(...component.ports.map((p) => p.name.length));
  const lines = component.ports.flatMap((port, i) => {
    const input = inputs.get(port.name);
    const signal = input ? printed(input) : outputs.get(port.name)!.name;
    const end = i < component.ports.length - 1 ? ',' : '';
    return wrap(`${BODY}  .${port.name.padEnd(wide)}(${signal})${end}`, 0);
  });
  return [...wrap(`${BODY}${component.module} ${head}${name} (`, BODY.length + 2), ...lines, `${BODY});`];
}

function printSelect({ target, by, cases, otherwise }: Extract<BodyItem, { kind: 'select' }>): string[] {
  const labels = cases.map((c) => `${c.labels.map((n) => printed(labelOf(by, n))).join(', ')}:`);
  const rows = [...cases.map((c, i) => [labels[i], `${target.name} = ${printed(c.value)};`, noted(c.note)])];
  rows.push(['default:', `${target.name} = ${printed(otherwise)};`, '']);
  return [
    `${BODY}always @* begin`,
    `${BODY}  case (${printed(by)})`,
    ...columns(rows).flatMap((line) => wrap(`${BODY}    ${line}`, BODY.length + 6)),
    `${BODY}  endcase`,
    `${BODY}end`,
  ];
}

/** A number as what is chosen by: of bits side by side that of each. */
function labelOf(by: Expression, number: number): Expression {
  if (by.kind !== 'concat' || by.times !== undefined) return constant(by.width, number);
  let rest = number;
  const parts = [...by.parts].reverse().map(({ width }) => {
    const own = rest % 2 ** width;
    rest = Math.floor(rest / 2 ** width);
    return constant(width, own);
  });
  return cat(...parts.reverse());
}
