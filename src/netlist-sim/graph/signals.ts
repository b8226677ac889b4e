import { type DesignNets, inScope } from '../read/hierarchy.js';
import type { Scope } from '../read/paths.js';

/** A named signal of the design. */
export interface SignalInfo {
  /** Full name, as `peek` takes it. */
  readonly name: string;
  /** Names of the instances (and generate blocks) around it, outermost first; empty at the top. */
  readonly scope: readonly string[];
  /** Name inside its scope. */
  readonly local: string;
  readonly width: number;
  /** Number of its lowest bit in the Verilog: 8 for `[15:8]`. */
  readonly lsb: number;
  /** It is a port of its module. */
  readonly port: boolean;
  /** Bits in the flat design: signals with equal bits are one net under several names. */
  readonly bits: Int32Array;
}

/** Which signals: whole scopes and single names, how deep. */
export interface SignalChoice {
  /** Scopes (with all below) or signals by full name; default: everything. */
  readonly select?: readonly string[];
  /** Levels of scopes below the selected ones; 0: their own signals only. Default: all. */
  readonly depth?: number;
}

/** Named signals of a design in order of declaration, scope by scope; names that tools made up are left out. */
export function listSignals(design: DesignNets, choice: SignalChoice = {}): SignalInfo[] {
  const { select, depth = Number.POSITIVE_INFINITY } = choice;
  const out: SignalInfo[] = [];
  const visit = (scope: Scope, around: readonly string[]): void => {
    for (const [local, net] of Object.entries(scope.module.netnames)) {
      if (net.hide_name === 1) continue;
      const name = inScope(scope, local);
      const parts = split(local, design.escaped);
      const info = {
        name,
        scope: [...around, ...parts.slice(0, -1)],
        local: parts[parts.length - 1],
        width: net.bits.length,
        lsb: net.offset ?? 0,
        port: scope.module.ports[local] !== undefined,
      };
      if (isChosen(info, select, depth)) out.push({ ...info, bits: design.bits(scope, net.bits) });
    }
    for (const child of scope.children.values())
      visit(child, [...around, ...split(child.name, design.escaped)]);
  };
  visit(design.top, []);
  return out;
}

/** The generate blocks and the name in `gen[0].name`; an escaped name stays whole. */
function split(name: string, escaped: readonly string[]): string[] {
  const out: string[] = [];
  for (let at = 0; at <= name.length; ) {
    const whole = escaped.find(
      (e) => name.startsWith(e, at) && [undefined, '.'].includes(name[at + e.length]),
    );
    const dot = name.indexOf('.', at);
    const end = whole !== undefined ? at + whole.length : dot < 0 ? name.length : dot;
    out.push(name.slice(at, end));
    at = end + 1;
  }
  return out;
}

function isChosen(
  { name, scope }: { name: string; scope: readonly string[] },
  select: readonly string[] | undefined,
  depth: number,
): boolean {
  if (select === undefined) return scope.length <= depth;
  const path = scope.join('.');
  return select.some((s) => {
    if (s === name) return true;
    if (path !== s && !path.startsWith(`${s}.`)) return false;
    return scope.length - s.split('.').length <= depth;
  });
}
