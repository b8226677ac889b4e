import { CHECK_CLOCKS } from '../blocks/index.js';
import { elementAddress, elementReset, fieldPath, hex, type Register } from './registers/index.js';

/** The register map as a Markdown page: address table, bit fields of the chip's registers, how to reload weights. */
export function registerDocs(provenance: readonly string[], registers: readonly Register[]): string {
  const chip = registers.filter((r) => r.storage !== 'absent');
  const absent = registers.filter((r) => r.storage === 'absent');
  return [
    '# Registers of econ_chip',
    '',
    ...provenance,
    '',
    'I2C: 7-bit device address 0x20 + straps, 16-bit register address (high byte first), auto-increment in both',
    'directions. Multi-byte registers are little-endian. Bits that are not listed read 0. Addresses are those of the',
    'ECON-T production map; 0xc50 to 0xc5f, unused there, are ours.',
    '',
    '## Registers with a function in this chip',
    '',
    '| address | block | register | bytes | access | after reset | meaning |',
    '|---|---|---|---|---|---|---|',
    ...chip.map(row),
    '',
    ...chip.filter((r) => r.storage !== 'weights').flatMap(bitFields),
    '## Reloading the weights',
    '',
    ...reload,
    '',
    '## Registers of the production map without a function here',
    '',
    'Writes are acknowledged and dropped, reads give 0.',
    '',
    '| address | block | register | bytes | access | reset value in ECON-T |',
    '|---|---|---|---|---|---|',
    ...absent.map(
      (r) =>
        `| ${addresses(r)} | ${r.block} | ${r.name} | ${r.bytes} | ${r.fields[0].access} | ${hex(elementReset(r, 0))} |`,
    ),
    '',
  ].join('\n');
}

function addresses(r: Register): string {
  if (r.count === 1) return hex(r.address, 3);
  return `${hex(r.address, 3)} + ${hex(r.stride)} k, k = 0..${r.count - 1} (to ${hex(elementAddress(r, r.count - 1) + r.bytes - 1, 3)})`;
}

function row(r: Register): string {
  const access = [...new Set(r.fields.map((f) => f.access))].join(', ');
  const reset = r.signal === 'mux' ? 'k' : hex(elementReset(r, 0));
  return `| ${addresses(r)} | ${r.block} | ${r.name} | ${r.bytes} | ${access} | ${reset} | ${r.doc} |`;
}

/** A picture of up to 16 bits, and the table of fields. */
function bitFields(r: Register): string[] {
  return [
    `### ${r.block}: ${r.name} (${hex(r.address, 3)}${r.count > 1 ? ` + ${hex(r.stride)} k` : ''})`,
    '',
    ...(r.elements || r.path ? [`In settings: ${settingsNames(r)}`, ''] : []),
    ...(r.bytes <= 2 ? ['```text', ...picture(r), '```', ''] : []),
    '| bits | field | access | after reset | meaning |',
    '|---|---|---|---|---|',
    ...r.fields.map((f) => {
      const bits = f.width === 1 ? `${f.lsb}` : `${f.lsb + f.width - 1}:${f.lsb}`;
      const reset = r.signal === 'mux' ? 'k' : hex(f.reset);
      return `| ${bits} | ${f.name} | ${f.access} | ${reset} | ${f.doc ?? ''} |`;
    }),
    '',
  ];
}

/** Public names of a register whose names in settings do not follow from block and field. */
function settingsNames(r: Register): string {
  const name = (k: number): string => `\`${fieldPath(r, k, r.fields[0])}\``;
  if (r.elements) return `${r.elements.map((_, k) => name(k)).join(', ')}.`;
  return r.count > 1 ? `${name(0)} to ${name(r.count - 1)}.` : `${name(0)}.`;
}

/** Bits from high to low, one box per field, as wide as its name needs. */
function picture(r: Register): string[] {
  const boxes: { head: string; name: string }[] = [];
  let next = 8 * r.bytes - 1;
  const box = (high: number, low: number, name: string): void => {
    const head = high === low ? `${high}` : `${high}:${low}`;
    const width = Math.max(head.length, name.length) + 2;
    boxes.push({ head: center(head, width), name: center(name, width) });
  };
  for (const f of [...r.fields].sort((a, b) => b.lsb - a.lsb)) {
    const high = f.lsb + f.width - 1;
    if (next > high) box(next, high + 1, '0');
    box(high, f.lsb, f.name);
    next = f.lsb - 1;
  }
  if (next >= 0) box(next, 0, '0');
  const line = `+${boxes.map((b) => '-'.repeat(b.name.length)).join('+')}+`;
  return [
    ` ${boxes.map((b) => b.head).join(' ')}`.trimEnd(),
    line,
    `|${boxes.map((b) => b.name).join('|')}|`,
    line,
  ];
}

function center(text: string, width: number): string {
  const left = (width - text.length) >> 1;
  return ' '.repeat(left) + text + ' '.repeat(width - text.length - left);
}

const reload = [
  '1. Write the 1608 bytes at 0x600..0xc47. They go to the shadow; the encoder goes on with its active weights.',
  '2. Write their CRC-32 (IEEE 802.3, as in zlib) to expected_crc (0xc54, 4 bytes, low byte first).',
  '3. Write 1 to weight_command (0xc50).',
  `4. Poll weight_status (0xc52) until busy is 0: the check takes ${CHECK_CLOCKS} clocks. 2: swapped. 4: CRC mismatch, the`,
  '   active weights are untouched; computed_crc (0xc58) tells what was found. If it is the expected one, a bit of the',
  '   shadow flipped after its byte was read: write the weights again. 0: an upset broke the check off (TMR mode none).',
  '5. To read weights back, set read_active (0xc51) to 0 for the shadow or 1 for the active weights.',
  '',
  'While busy, writes to weights get no acknowledge and reads of weights are not valid.',
  '',
  '```text',
  '                 commit                                                  ',
  '                  written   one shadow byte per clock  compare, swap     ',
  'clk        _/~\\_/~\\_/~\\_/~\\_ ... _/~\\_/~\\_/~\\_/~\\_/~\\_/~\\_/~\\_/~\\_',
  'state       Idle  |Check| Check ...  |Check|Early|Late | Idle      ',
  'busy       _______/~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\\___________',
  'conv       == old weights =======================X= new ===========',
  'dense      == old weights =============================X= new =====',
  'done       ____________________________________________/~~~~~~~~~~~',
  '```',
  '',
  'The convolution part (weights 0..79) changes one clock before the dense part, which is what separates the two layers',
  'in the pipeline: every wafer meets one whole set of weights, old or new, and none is lost.',
];
