import type { ConformRow } from './conform.js';

/** The rows as text: case, rows equal of rows compared, first divergence or reason; last line the total. */
export function conformTable(rows: readonly ConformRow[]): string {
  const width = Math.max(4, ...rows.map((r) => r.name.length));
  const lines = rows.map((r) => {
    const counted = r.rows > 0 ? `${r.equal}/${r.rows}` : r.status;
    return `${r.name.padEnd(width)}  ${counted.padEnd(10)}  ${r.detail}`.trimEnd();
  });
  const count = (status: ConformRow['status']): number => rows.filter((r) => r.status === status).length;
  const known = count('known') > 0 ? `, ${count('known')} declared defective` : '';
  const total = `${count('equal')} of ${rows.length} cases equal, ${count('different')} different, ${count('unreadable')} unreadable, ${count('skipped')} skipped${known}`;
  return [...lines, total].join('\n');
}

/** True when at least one case is equal and none is different or unreadable: what an exit code should say. */
export function conformPassed(rows: readonly ConformRow[]): boolean {
  const bad = rows.some((r) => r.status === 'different' || r.status === 'unreadable');
  return !bad && rows.some((r) => r.status === 'equal');
}

/** Elements of JUnit for what is not equal. */
const elements: Partial<Record<ConformRow['status'], string>> = {
  different: 'failure',
  unreadable: 'error',
  skipped: 'skipped',
  known: 'skipped',
};

/**
 * The rows as JUnit XML, as continuous integration reads it: a case that differs is a failure, one that cannot be
 * read an error, skipped and declared ones are skipped with their reason. Without times: equal results, equal bytes.
 * @param suite name of the suite, e.g. "econ conform, software"
 */
export function conformJunit(rows: readonly ConformRow[], suite: string): string {
  const count = (...wanted: readonly ConformRow['status'][]): number =>
    rows.filter((r) => wanted.includes(r.status)).length;
  const totals = `tests="${rows.length}" failures="${count('different')}" errors="${count('unreadable')}" skipped="${count('skipped', 'known')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="${escapeXml(suite)}" ${totals}>`,
    ...rows.flatMap((r) => {
      const at = r.name.lastIndexOf('/');
      const names = `classname="${escapeXml(at < 0 ? '.' : r.name.slice(0, at))}" name="${escapeXml(r.name.slice(at + 1))}"`;
      const note = `${r.equal} of ${r.rows} rows equal`;
      const element = elements[r.status];
      if (element === undefined) return [`    <testcase ${names}/>`];
      const body = r.status === 'different' ? `>${note}</${element}>` : '/>';
      return [
        `    <testcase ${names}>`,
        `      <${element} message="${escapeXml(r.detail)}"${body}`,
        '    </testcase>',
      ];
    }),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function escapeXml(text: string): string {
  const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
  return text
    .replace(/[&<>"']/g, (c) => `&${names[c]};`)
    .replace(/\p{Cc}/gu, (c) => (c === '\n' || c === '\t' ? ' ' : '\uFFFD'));
}
