import type { PortGroup } from './component.js';

/**
 * Prints Verilog-2005 modules from data: header, ports in groups, declarations, instances with aligned named
 * connections. Knows nothing about the chip.
 */
export interface ModuleSource {
  readonly name: string;
  /** Lines of the comment above the module, without `//`. */
  readonly header: readonly string[];
  readonly groups: readonly PortGroup[];
  /** Lines of the body; indented by the printer. */
  readonly body: readonly string[];
}

/** A signal or its declaration; width 1 prints without a range. */
export interface Signal {
  readonly width: number;
  readonly name: string;
  readonly note?: string;
}

/** `[width-1:0]`, or nothing for one bit. */
export function range(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0]`;
}

/** `name[lsb+width-1:lsb]`, or `name[lsb]` for one bit. */
export function slice(name: string, lsb: number, width: number): string {
  return width === 1 ? `${name}[${lsb}]` : `${name}[${lsb + width - 1}:${lsb}]`;
}

/** A sized literal, e.g. 6'h3f. */
export function literal(width: number, value: number | bigint): string {
  return `${width}'h${value.toString(16)}`;
}

/** Lines as a comment, trailing blanks removed. */
export function comment(lines: readonly string[]): string[] {
  return lines.map((line) => `// ${line}`.trimEnd());
}

/** A heading between parts of a body. */
export function section(title: string): string {
  return `// ${title} ${'-'.repeat(Math.max(3, 92 - title.length))}`;
}

/** Declarations `wire [7:0] name; // note`, aligned. */
export function declare(kind: 'wire' | 'reg', signals: readonly Signal[]): string[] {
  const ranges = signals.map((s) => range(s.width));
  const wide = Math.max(0, ...ranges.map((r) => r.length));
  const long = Math.max(0, ...signals.map((s) => s.name.length)) + 1;
  return signals.map((s, i) => {
    const head = wide > 0 ? `${kind} ${ranges[i].padEnd(wide)} ` : `${kind} `;
    return s.note === undefined ? `${head}${s.name};` : `${head}${`${s.name};`.padEnd(long)} // ${s.note}`;
  });
}

/** An instance with named parameters and connections, aligned. */
export function instance(
  module: string,
  name: string,
  parameters: readonly (readonly [string, string | number])[],
  connections: readonly (readonly [string, string])[],
): string[] {
  const long = Math.max(...connections.map(([port]) => port.length));
  const head =
    parameters.length === 0
      ? `${module} ${name} (`
      : `${module} #(${parameters.map(([key, value]) => `.${key}(${value})`).join(', ')}) ${name} (`;
  const lines = connections.map(
    ([port, signal], i) => `  .${port.padEnd(long)}(${signal})${i < connections.length - 1 ? ',' : ''}`,
  );
  return [head, ...lines, ');'];
}

/** A concatenation, most significant part first; one part prints as itself. Long ones get one part per line. */
export function concat(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0];
  const line = `{${parts.join(', ')}}`;
  return line.length <= 90 ? line : `{\n    ${parts.join(',\n    ')}\n  }`;
}

/** The text of a file that holds this one module. */
export function printModule(source: ModuleSource): string {
  const lines = [...comment(source.header), '`default_nettype none', '', `module ${source.name} (`];
  const ports = source.groups.flatMap((g) => g.ports);
  const ranges = Math.max(0, ...ports.map((p) => range(p.width).length));
  const long = Math.max(...ports.map((p) => p.name.length)) + 1;
  let printed = 0;
  source.groups.forEach((group, g) => {
    if (g > 0) lines.push('');
    lines.push(`    // ${group.title}`);
    for (const port of group.ports) {
      printed++;
      const tail = `${port.name}${printed < ports.length ? ',' : ''}`;
      const middle = ranges > 0 ? `${range(port.width).padEnd(ranges)} ` : '';
      const head = `    ${port.direction.padEnd(6)} wire ${middle}`;
      lines.push(port.note === undefined ? `${head}${tail}` : `${head}${tail.padEnd(long)} // ${port.note}`);
    }
  });
  lines.push(');', '');
  for (const block of source.body) for (const line of block.split('\n')) lines.push(line ? `  ${line}` : '');
  lines.push('', 'endmodule', '', '`default_nettype wire', '');
  return lines.map((line) => line.trimEnd()).join('\n');
}
