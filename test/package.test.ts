import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from '../src/base/index.js';
import { defaultSettings } from '../src/blocks/index.js';
import { readLimits } from '../src/budget/index.js';
import { readKnownDefects, settingsToYaml } from '../src/chips/index.js';
import { commandLine } from '../src/cli/program.js';
import { readDetector } from '../src/detector/index.js';
import { encoderShape } from '../src/encoder/index.js';
import { readModulesConfig } from '../src/flow/modules/config.js';
import { parseStimulus } from '../src/netlist-sim/index.js';
import { scratch } from './cli/run-cli.js';

// The package as others get it, and every block of code in its pages.

const pages = ['README.md', ...readdirSync(join(packageRoot, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);
const blocks = pages.flatMap((page) => {
  const text = readFileSync(join(packageRoot, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map((match, n) => ({
    name: `${page}, block ${n + 1}`,
    kind: match[1],
    text: match[2],
  }));
});

describe('what npm packs', { timeout: 300_000 }, () => {
  const folder = scratch();
  const modules = join(folder, 'node_modules');
  const { dependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  const run = (command: string, args: string[]): Promise<{ status: number | null; text: string }> => {
    const child = spawn(command, args, { cwd: folder });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
    return new Promise((resolve) => child.once('close', (status) => resolve({ status, text })));
  };

  it('unpacks beside its dependencies', async () => {
    mkdirSync(join(modules, 'econ'), { recursive: true });
    const pack = ['pack', packageRoot, '--ignore-scripts', '--silent', '--pack-destination', folder];
    expect(await run('npm', pack)).toMatchObject({ status: 0 });
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    expect(await run('tar', ['xzf', archive, '-C', join(modules, 'econ'), '--strip-components=1'])).toEqual({
      status: 0,
      text: '',
    });
    // Nothing of the development tools is there, but for the types of Node.
    for (const name of [...Object.keys(dependencies), '@types/node']) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(packageRoot, 'node_modules', name), join(modules, name));
    }
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  });

  const index = readFileSync(join(packageRoot, 'src/index.ts'), 'utf8');
  const names = [...index.matchAll(/as (\w+) from/g)].map(([, name]) => name);

  test.each([
    ['node10', 'esnext'],
    ['node16', 'node16'],
    ['bundler', 'esnext'],
  ])('compiles strictly, libraries included: moduleResolution %s, module %s', async (resolution, module) => {
    expect(names).toContain('exchange');
    const lines = [
      `import { ${names.join(', ')} } from 'econ';`,
      'const batch: dataset.WaferBatch = dataset.wafers(new Uint32Array(48));',
      "const error: base.EconError = new base.EconError({ code: 'a/b', where: '', what: '', remedy: '' });",
      `export const all = [${names.join(', ')}, batch, error];`,
    ];
    writeFileSync(join(folder, 'consumer.ts'), lines.join('\n'));
    const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--esModuleInterop', '--target', 'es2022'];
    const args = [tsc, ...options, '--module', module, '--moduleResolution', resolution, 'consumer.ts'];
    expect(await run(process.execPath, args)).toEqual({ status: 0, text: '' });
  });

  const code = blocks.filter(({ kind }) => ['ts', 'js'].includes(kind));

  it('has the code of the pages compile strictly', async () => {
    expect(code.length).toBeGreaterThan(4);
    const files = code.map(({ text }, n) => {
      writeFileSync(join(folder, `block${n}.ts`), text);
      return `block${n}.ts`;
    });
    const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
    const options = ['--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext'];
    expect(await run(process.execPath, [tsc, ...options, ...files])).toEqual({ status: 0, text: '' });
  });

  test.each(code.map(({ name }, n) => [name, n] as const))('has the code of %s run', async (_, n) => {
    writeFileSync(join(folder, 'counter.v'), COUNTER);
    writeFileSync(join(folder, 'init.yaml'), settingsToYaml(defaultSettings('production')));
    expect(await run(process.execPath, [`block${n}.js`])).toMatchObject({ status: 0 });
  });
});

/** What the examples of the simulator speak of. */
const COUNTER = `module counter(input wire clk, input wire rst_n, input wire enable, output wire [7:0] count);
  core u_core(.clk(clk), .rst_n(rst_n), .enable(enable), .count(count));
endmodule
module core(input wire clk, input wire rst_n, input wire enable, output wire [7:0] count);
  reg [7:0] state_q;
  assign count = state_q + {6'b0, gen[1].state_q, gen[0].state_q};
  always @(posedge clk or negedge rst_n)
    if (!rst_n) state_q <= 8'd0;
    else if (enable) state_q <= state_q + 8'd1;
  genvar i;
  generate
    for (i = 0; i < 2; i = i + 1) begin : gen
      reg state_q;
      always @(posedge clk or negedge rst_n)
        if (!rst_n) state_q <= 1'b0;
        else if (enable) state_q <= ~state_q;
    end
  endgenerate
endmodule
`;

/** Command lines of a block: all of it, or what follows a prompt in a transcript. */
function shellLines({ kind, text }: (typeof blocks)[number]): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const prompted = lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
  if (prompted.length > 0) return prompted;
  return kind === 'sh' || lines.every((line) => /^(npx )?econ /.test(line)) ? lines : [];
}

/** The words of a command of ours; undefined of other programs. What follows three blanks or a # is a comment. */
function words(command: string): string[] | undefined {
  const [bare] = command.trim().split(/\s+#|\s{3,}/);
  const [program, ...rest] = bare.replace(/^npx /, '').split(/\s+/);
  return program === 'econ' ? rest : undefined;
}

/** Understands a command line without doing what it says. */
async function understand(given: readonly string[]): Promise<void> {
  const { program, args } = await commandLine(given);
  const idle = (command: CommandUnknownOpts): void => {
    if (command.commands.length === 0) command.action(() => {});
    command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
    command.commands.forEach(idle);
  };
  const [name] = args;
  idle(program.commands.find((command) => command.name() === name) ?? program);
  await program.parseAsync(args, { from: 'user' });
}

describe('the pages', () => {
  const lines = blocks.flatMap((block) =>
    shellLines(block).flatMap((line) => line.split('&&').map((command) => [block.name, command] as const)),
  );

  it('have commands', () => expect(lines.length).toBeGreaterThan(30));

  test.each(lines)('%s: %s', async (_, command) => {
    const given = words(command);
    if (given !== undefined) await expect(understand(given)).resolves.toBeUndefined();
    else {
      const script = /^npm (run (\S+)|ci|test|install)\b/.exec(command.trim());
      expect(script, command).not.toBeNull();
      const { scripts } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
      if (script?.[2]) expect(Object.keys(scripts)).toContain(script[2]);
    }
  });

  it('would notice an option that does not exist', async () => {
    await expect(understand(['flow', '--nonsense'])).rejects.toThrow(CommanderError);
  });

  test.each(pages)('%s names commands that exist', async (page) => {
    const text = readFileSync(join(packageRoot, page), 'utf8');
    for (const [, command] of text.matchAll(/`(?:npx )?econ ([a-z][^`]*)`/g)) {
      const path =
        /^[a-z]+(?: (?:train|list|diff|check|print|convert|rdl|docs)\b)?/.exec(command)?.[0].split(' ') ?? [];
      await expect(commandLine([...path, '--help']), command).resolves.toMatchObject({
        called: ['econ', ...path].join(' '),
      });
    }
  });

  /** Everything that reads YAML of users. */
  const readers: ((path: string) => unknown)[] = [
    readLimits,
    readKnownDefects,
    readModulesConfig,
    readDetector,
    (path) => encoderShape(parse(readFileSync(path, 'utf8'))),
  ];
  test.each(blocks.filter(({ kind }) => kind === 'yaml').map((b) => [b.name, b.text]))(
    '%s is read by one of the readers of YAML',
    (_, text) => {
      const path = join(scratch(), 'block.yaml');
      writeFileSync(path, text);
      const reasons = readers.flatMap((read) => {
        try {
          read(path);
          return [];
        } catch (error) {
          return [String(error)];
        }
      });
      expect(reasons.length, reasons.join('\n')).toBeLessThan(readers.length);
    },
  );

  test.each(blocks.filter(({ kind }) => kind === 'json').map((b) => [b.name, b.text]))(
    '%s is a stimulus',
    (name, text) => {
      expect(parseStimulus(text, name).rows.length).toBeGreaterThan(0);
    },
  );

  it('link to files that are there', () => {
    for (const page of pages) {
      const text = readFileSync(join(packageRoot, page), 'utf8');
      for (const [, link] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
        expect([page, link, existsSync(join(packageRoot, dirname(page), link))]).toEqual([page, link, true]);
    }
  });
});
