import { describe, expect, it } from 'vitest';
import { blockDiagram } from '../../src/report/block-diagram.js';
import type { Section } from '../../src/report/summary.js';

const small: Section<'chip'> = {
  name: 'tiny',
  clockNs: 25,
  input: { label: 'in', bits: 8 },
  output: { label: 'out', bits: 4 },
  path: [
    { name: 'u_mux', title: 'Mux', latencyBx: 0, bits: 8 },
    { name: 'u_encoder', title: 'Encoder', latencyBx: 2, bits: 4 },
  ],
  side: [
    { name: 'u_i2c', title: 'I2C', feeds: ['u_weights'] },
    { name: 'u_weights', title: 'Weight memory', detail: '16 b', feeds: ['u_encoder'] },
  ],
};

function boxes(svg: string): { x: number; y: number; width: number; height: number }[] {
  return [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(
    ([, x, y, width, height]) => ({ x: +x, y: +y, width: +width, height: +height }),
  );
}

function overlaps(svg: string): number {
  const all = boxes(svg);
  return all.filter((a, i) =>
    all.some(
      (b, k) =>
        k > i && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
    ),
  ).length;
}

describe('block diagram', () => {
  it('draws a small chip', () => {
    expect(blockDiagram(small).text).toMatchInlineSnapshot(`
      "<svg class="diagram" role="img" viewBox="0 0 446 368" width="446" height="368" style="min-width:446px"><title>Block diagram of tiny: in to out in 2 BX (50 ns)</title>
      <path class="wire quiet" d="M298,284V232"/>
      <path class="tip quiet" d="M298,226l-3.5,7h7z"/>
      <path class="wire quiet" d="M298,150V98"/>
      <path class="tip quiet" d="M298,92l-3.5,7h7z"/>
      <path class="wire" d="M54,54H86"/>
      <path class="tip" d="M92,54l-7,-3.5v7z"/>
      <text class="bits" x="71" y="47">8</text>
      <text class="time" x="71" y="70">0 BX</text>
      <text class="end" x="27" y="58">in</text>
      <g class="block path"><title>Mux (u_mux): no register</title>
      <rect x="92" y="16" width="112" height="76" rx="3"/>
      <text class="name" x="148" y="40">Mux</text>
      <text class="instance" x="148" y="66">u_mux</text>
      <text class="latency" x="148" y="83">no register</text>
      </g>
      <path class="wire" d="M204,54H236"/>
      <path class="tip" d="M242,54l-7,-3.5v7z"/>
      <text class="bits" x="221" y="47">8</text>
      <text class="time" x="221" y="70">0 BX</text>
      <g class="block path clocked"><title>Encoder (u_encoder): 2 BX, 50 ns</title>
      <rect x="242" y="16" width="112" height="76" rx="3"/>
      <text class="name" x="298" y="40">Encoder</text>
      <text class="instance" x="298" y="66">u_encoder</text>
      <text class="latency" x="298" y="83">2 BX, 50 ns</text>
      </g>
      <path class="wire" d="M354,54H386"/>
      <path class="tip" d="M392,54l-7,-3.5v7z"/>
      <text class="bits" x="371" y="47">4</text>
      <text class="time" x="371" y="70">2 BX</text>
      <text class="end" x="419" y="58">out</text>
      <g class="block side"><title>I2C</title>
      <rect x="242" y="284" width="112" height="76" rx="3"/>
      <text class="name" x="298" y="308">I2C</text>
      <text class="instance" x="298" y="334">u_i2c</text>

      </g>
      <g class="block side"><title>Weight memory</title>
      <rect x="242" y="150" width="112" height="76" rx="3"/>
      <text class="name" x="298" y="167">Weight</text><text class="name" x="298" y="182">memory</text>
      <text class="instance" x="298" y="200">u_weights</text>
      <text class="latency" x="298" y="217">16 b</text>
      </g>
      </svg>"
    `);
  });

  it('finds a place of its own for every block', () => {
    const feeds = ['u_encoder'];
    const crowd = Array.from({ length: 9 }, (_, i) => ({ name: `u_side_${i}`, title: `Side ${i}`, feeds }));
    const svg = blockDiagram({ ...small, side: crowd }).text;
    expect(boxes(svg)).toHaveLength(11);
    expect(overlaps(svg)).toBe(0);
    const width = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
    for (const box of boxes(svg)) expect(box.x + box.width).toBeLessThanOrEqual(width);
  });

  it('draws side blocks that feed nothing, each other or nobody known', () => {
    const side = [
      { name: 'a', title: 'A', feeds: ['b'] },
      { name: 'b', title: 'B', feeds: ['a'] },
      { name: 'c', title: 'C' },
      { name: 'd', title: 'D', feeds: ['not there'] },
    ];
    const svg = blockDiagram({ ...small, side }).text;
    expect(boxes(svg)).toHaveLength(6);
    expect(overlaps(svg)).toBe(0);
  });

  it('escapes names and squeezes long ones into their box', () => {
    const svg = blockDiagram({
      ...small,
      path: [{ name: 'u_<b>_long_instance_name', title: 'A&B', latencyBx: 1 }],
      side: [],
    }).text;
    expect(svg).toContain(
      'textLength="104" lengthAdjust="spacingAndGlyphs">u_&lt;b&gt;_long_instance_name</text>',
    );
    expect(svg).toContain('>A&amp;B</text>');
    expect(svg).not.toContain('<b>');
  });
});
