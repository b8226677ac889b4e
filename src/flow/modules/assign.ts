import { readText } from '../../base/index.js';
import { badConfig, type ModuleClass } from './config.js';

/** A module and the class whose weights it gets; undefined when no class is for it. */
export interface AssignedModule {
  readonly layer: number;
  readonly u: number;
  readonly v: number;
  readonly className: string | undefined;
}

const COLUMNS = ['Layer', 'ModU', 'ModV', 'ECONT_eTX', 'HD_LD'] as const;

/**
 * Deals the modules of a table to classes: the first one whose layers, density and links fit.
 * Modules without links send nothing and get no class.
 * @throws EconError flow/modules naming line and column
 */
export function assignModules(path: string, classes: readonly ModuleClass[]): AssignedModule[] {
  const [header, ...lines] = readText(path)
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const at = COLUMNS.map((name) => {
    const column = header.indexOf(name);
    if (column < 0) throw badConfig(path, `the table of modules has no column ${name}.`);
    return column;
  });
  return lines.flatMap((cells, i): AssignedModule[] => {
    if (cells.length === 1 && cells[0] === '') return [];
    const number = (k: number): number => {
      const value = Number(cells[at[k]]);
      if ((cells[at[k]] ?? '') === '' || !Number.isInteger(value))
        throw badConfig(`${path}, line ${i + 2}`, `${COLUMNS[k]} is ${JSON.stringify(cells[at[k]])}.`);
      return value;
    };
    const [layer, u, v, links] = [0, 1, 2, 3].map(number);
    const density = cells[at[4]];
    const found = classes.find(
      (c) =>
        links > 0 &&
        c.etx === links &&
        (c.density === undefined || c.density === density) &&
        (c.layers === undefined || (layer >= c.layers[0] && layer <= c.layers[1])),
    );
    return [{ layer, u, v, className: found?.name }];
  });
}

/** One row per module: Layer,ModU,ModV,class. */
export function modulesCsv(modules: readonly AssignedModule[]): string {
  const rows = modules.map(({ layer, u, v, className }) => `${layer},${u},${v},${className ?? ''}`);
  return `Layer,ModU,ModV,class\n${rows.join('\n')}\n`;
}
