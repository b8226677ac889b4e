// A sixth algorithm: the n largest cells, each with its number and two bits of its charge. As many as the links carry.
//
//   econ compare  --with docs/examples/extend/algorithm.mjs --data wafers.csv --etx 2,5
//   econ emulate  --with docs/examples/extend/algorithm.mjs --config init.yaml --input words.csv --output out.csv
//   econ decode   --with docs/examples/extend/algorithm.mjs --config init.yaml --input out.csv --output cells.csv
//   econ simulate --with docs/examples/extend/algorithm.mjs --chip econt --algorithms LC --config init.yaml
//
// with alg_type: 5 in init.yaml. The packet is `bx5 | cell (6), charge (2) | cell, charge | ...`, cells ascending.

const CELLS = 48;
const CHARGE_BITS = 22;
const FIELD_BITS = 8;

/** Smallest charge (CALQ) of each 2-bit code, and what a receiver makes of it. */
const FROM = [0, 32, 256, 1024];
const MEANS = [0, 100, 500, 2000];

/** Cells that N links carry behind the five bits of the BX counter. */
const sent = (links) => Math.min(CELLS, Math.floor((32 * links - 5) / FIELD_BITS));

export default ({ chip }) => ({
  kind: 'algorithm',
  name: 'largest-coarse',
  short: 'LC',
  code: 5,
  latency: { formatter: 1, buffer: 1 },
  registers: [],

  packer({ etx }, _rows, _buffer) {
    const packet = chip.bitString();
    return (charges, bx, n, out) => {
      for (let i = 0; i < n; i++) {
        const wafer = charges.subarray(i * CELLS, (i + 1) * CELLS);
        chip.clearBits(packet);
        chip.putBits(packet, chip.bunchCode5(bx[i]), 5);
        for (const cell of largest(wafer, sent(etx))) {
          chip.putBits(packet, cell, 6);
          chip.putBits(packet, code(wafer[cell]), 2);
        }
        chip.toLinks(packet, etx, out, i * 13);
      }
    };
  },

  receiver: {
    kind: 'rows',
    counterBits: 5,
    unpacker:
      ({ etx }) =>
      (words, first, out, i) => {
        const count = sent(etx);
        let last = -1;
        for (let n = 0; n < count; n++) {
          const cell = chip.takeBits(words, first, 5 + FIELD_BITS * n, 6);
          if (cell <= last || cell >= CELLS) return chip.packetFlags.badAddress;
          out.sent[i * CELLS + cell] = 1;
          out.codes[i * CELLS + cell] = chip.takeBits(words, first, 11 + FIELD_BITS * n, 2);
          last = cell;
        }
        return chip.anyBits(words, first, 5 + FIELD_BITS * count, 32 * etx) ? chip.packetFlags.notZero : 0;
      },
  },
  fills: { cells: true },
  charges: (_settings, packets) =>
    Float32Array.from(packets.codes, (value, k) => (packets.sent[k] ? MEANS[value] : 0)),

  sendings: [
    {
      name: 'largest cells, 2 bits each',
      remainder: 'dropped',
      registers: (etx) => ({ algorithm: 'largest-coarse', etx }),
      note: (_packets, _settings, etx) => `${sent(etx)} cells`,
    },
  ],
  tablePlace: 5,

  hardware: {
    title: 'largest cells, 2 bits each',
    blocks: () => [
      {
        name: 'largest-coarse',
        instance: 'u_largest_coarse',
        module: 'econ_largest_coarse',
        latency: 1,
        state: () => [{ what: 'cells', bits: CELLS * FIELD_BITS, kind: 'pipeline' }],
        emit: ({ options, provenance }) => moduleText(chip.triplicate(options, 'pipeline'), provenance),
      },
    ],
    place(top) {
      const cells = top.place('largest-coarse', { links_i: top.setting('links'), charge_i: top.charge });
      return { coarse_cells: cells.out('cells_o', { name: 'coarse_cells' }) };
    },
    from: 'from the largest cells',
    data: [{ name: 'coarse_cells', width: CELLS * FIELD_BITS, note: 'cell (6), charge (2), first on top' }],
    bits: 5 + CELLS * FIELD_BITS,
    layout: 'largest cells      bx5 | cell (6), charge (2) | ...',
    packet: (maker) => ({ packet: maker.packed(maker.bx, maker.data('coarse_cells')) }),
  },
});

/** The largest charges, of equal ones the cell of the lower number; ascending by cell. */
function largest(wafer, count) {
  return [...wafer.keys()]
    .sort((a, b) => wafer[b] - wafer[a] || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}

function code(charge) {
  return FROM.findLastIndex((from) => charge >= from);
}

/** A cell is sent when fewer others than the links carry stand before it: one comparison for each pair of cells. */
function moduleText(triplicate, provenance) {
  const width = CELLS * FIELD_BITS;
  const cells = Array.from({ length: CELLS }, (_, k) => k);
  const charge = (k) => `charge_i[${CHARGE_BITS * k + CHARGE_BITS - 1}:${CHARGE_BITS * k}]`;
  const atLeast = (k, n) => `(${charge(k)} >= ${CHARGE_BITS}'d${FROM[n]})`;
  // Of two cells j < k either j stands before k, or k before j.
  const before = (j, k) => (j < k ? `first_${j}[${k}]` : `~first_${k}[${j}]`);
  return `// The n largest charges: number of the cell and two bits of its charge.
${provenance.map((line) => `// ${line}`).join('\n')}
\`default_nettype none

module econ_largest_coarse (
    input  wire                clk_i,
    input  wire [3:0]          links_i,
    input  wire [${CELLS * CHARGE_BITS - 1}:0]       charge_i,
    output wire [${width - 1}:0]        cells_o,  // cell (6), charge (2), first on top
    output wire                err_o
);

  reg [5:0] count;
  always @* begin
    case (links_i)
${Array.from({ length: 13 }, (_, i) => `      4'd${i + 1}: count = 6'd${sent(i + 1)};`).join('\n')}
      default: count = 6'd0;
    endcase
  end

  // first_J[K]: cell J stands before cell K > J
${cells
  .flatMap((j) => [
    `  wire [${CELLS - 1}:0] first_${j};`,
    ...cells.map((k) => `  assign first_${j}[${k}] = ${j < k ? `(${charge(j)} >= ${charge(k)})` : "1'b0"};`),
  ])
  .join('\n')}

  wire [${CELLS - 1}:0] map;
  wire [${7 * CELLS - 1}:0] codes;
${cells
  .flatMap((k) => [
    `  wire [5:0] before_${k};`,
    `  assign before_${k} = ${cells
      .filter((j) => j !== k)
      .map((j) => `{5'd0, ${before(j, k)}}`)
      .join(' + ')};`,
    `  assign map[${k}] = before_${k} < count;`,
    `  wire [1:0] code_${k};`,
    `  assign code_${k} = ${atLeast(k, 3)} ? 2'd3 : ${atLeast(k, 2)} ? 2'd2 : {1'b0, ${atLeast(k, 1)}};`,
    `  assign codes[${7 * k + 6}:${7 * k}] = {5'd0, code_${k}};`,
  ])
  .join('\n')}

  wire [${7 * CELLS - 1}:0] codes_sent;
  wire [${6 * CELLS - 1}:0] numbers_sent;
  wire [5:0] unused_count;
  econ_gather_cells #(.Cells(${CELLS}), .Addresses(${CELLS})) u_gather_cells (
    .map_i      (map),
    .codes_i    (codes),
    .codes_o    (codes_sent),
    .addresses_o(numbers_sent),
    .count_o    (unused_count)
  );

  wire [${width - 1}:0] cells_d;
${cells
  .map((p) => {
    const low = width - FIELD_BITS * (p + 1);
    return `  assign cells_d[${low + 7}:${low}] = {numbers_sent[${6 * p + 5}:${6 * p}], codes_sent[${7 * p + 1}:${7 * p}]};`;
  })
  .join('\n')}

  econ_pipeline #(.Width(${width}), .Triplicate(${triplicate})) u_cells (
    .clk_i(clk_i),
    .d_i  (cells_d),
    .q_o  (cells_o),
    .err_o(err_o)
  );

endmodule

\`default_nettype wire
`;
}
