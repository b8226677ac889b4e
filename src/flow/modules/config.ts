import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { EconError, readYaml } from '../../base/index.js';
import { MOST_ENCODER_LINKS } from '../../blocks/index.js';

const range = z
  .tuple([z.int().min(0), z.int().min(0)])
  .refine(([low, high]) => low <= high, 'the first layer is behind the last');

const configSchema = z.strictObject({
  /** CSV with Layer, ModU, ModV, ECONT_eTX and HD_LD: which module is of which class. */
  modules: z.string().optional(),
  /** Training settings of the shared start, as --set takes them. */
  training: z.record(z.string(), z.unknown()).default({}),
  classes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[\w-]+$/, 'letters, digits, - and _ only'),
        /** Wafers of such modules. */
        data: z.string(),
        /** Output links. */
        etx: z.int().min(1).max(MOST_ENCODER_LINKS),
        /** First and last layer; left out: all. */
        layers: range.optional(),
        density: z.enum(['HD', 'LD']).optional(),
      }),
    )
    .min(1),
});
export type ModulesConfig = z.infer<typeof configSchema>;
export type ModuleClass = ModulesConfig['classes'][number];

/**
 * Reads which classes of modules there are. Paths are relative to the file.
 * @throws EconError flow/modules naming the entry
 */
export function readModulesConfig(path: string): ModulesConfig {
  const data = readYaml(path, (why) => badConfig(path, `it is no YAML: ${why}.`));
  const parsed = configSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badConfig(path, `${issue.path.join('.') || 'the file'}: ${issue.message}.`);
  }
  const { classes, modules, ...rest } = parsed.data;
  const names = classes.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw badConfig(path, `two classes are called ${twice}.`);
  const beside = (file: string): string => resolve(dirname(path), file);
  return {
    ...rest,
    ...(modules === undefined ? {} : { modules: beside(modules) }),
    classes: classes.map((c) => ({ ...c, data: beside(c.data) })),
  };
}

export function badConfig(where: string, what: string): EconError {
  return new EconError({
    code: 'flow/modules',
    where,
    what,
    remedy: 'docs/modules.md shows a file with all its entries.',
  });
}
