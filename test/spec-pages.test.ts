import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../src/base/index.js';

/** Sections of a page of docs/spec, e.g. '9', '9.3'. */
function sections(page: string): Set<string> {
  const text = readFileSync(join(packageRoot, 'docs/spec', `${page}.md`), 'utf8');
  return new Set([...text.matchAll(/^##+ (\d+(?:\.\d+)?)\.? /gm)].map(([, n]) => n));
}

const sources = ['src', 'rtl', 'test', 'testbench', 'bench', 'scripts'].flatMap((folder) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js|v)$/.test(name))
    .map((name) => join(folder, name)),
);

it('has the section that each "spec PAGE N" of a comment points to', () => {
  const missing: string[] = [];
  let found = 0;
  for (const file of sources) {
    // A reference may stand across two lines of a comment.
    const text = readFileSync(join(packageRoot, file), 'utf8').replace(/\n\s*(\*|\/\/)\s*/g, ' ');
    for (const [, page, list] of text.matchAll(
      /\bspec ([a-z]+(?:-[a-z]+)*) (\d[\d., ]*(?:(?:to|and) [\d.]+)?)/g,
    )) {
      for (const [number] of list.matchAll(/\d+(?:\.\d+)?/g)) {
        found++;
        if (!sections(page).has(number)) missing.push(`${file}: spec ${page} ${number}`);
      }
    }
    if (/\bspec \d/.test(text)) missing.push(`${file}: a section without its page`);
  }
  expect(missing).toEqual([]);
  expect(found).toBeGreaterThan(30);
});
