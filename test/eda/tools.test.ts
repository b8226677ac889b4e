import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findTool, isMissing, runTool, toolNames, withTemporaryFolder } from '../../src/eda/index.js';

test('every optional tool is either found with a version or has a reason', async () => {
  for (const name of toolNames) {
    const tool = await findTool(name);
    if (isMissing(tool)) console.log(`skipped: ${tool.reason}`);
    else {
      expect(tool.version).toMatch(/\d/);
      expect(existsSync(tool.path)).toBe(true);
    }
  }
});

test('runTool collects output and status, gives no input, and ends what takes too long', async () => {
  const node = process.execPath;
  const script = 'process.stdin.pipe(process.stdout); console.log("abc"); process.exitCode = 3';
  expect(await runTool(node, ['-e', script])).toMatchObject({ status: 3, stdout: 'abc\n', stderr: '' });
  await expect(runTool(node, ['-e', 'setInterval(() => {}, 1000)'], { timeout: 0.3 })).rejects.toMatchObject({
    code: 'eda/tool-timeout',
  });
  await expect(runTool('/nowhere/tool', [])).rejects.toMatchObject({ code: 'eda/tool-missing' });
});

test('a temporary folder is gone after its work', async () => {
  let seen = '';
  await withTemporaryFolder((folder) => {
    seen = folder;
    writeFileSync(join(folder, 'a'), 'a');
  });
  expect(existsSync(seen)).toBe(false);
});
