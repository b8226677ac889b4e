import { latentField } from '../../encoder/index.js';
import {
  type Bits,
  bits,
  cat,
  choose,
  constant,
  type Expression,
  equals,
  type ModuleBuilder,
} from '../../hdl/index.js';
import {
  defaultEcontOptions,
  includedAlgorithms,
  includedHardware,
  packetBits,
} from '../algorithm/algorithm.js';
import type { PacketMaker, PacketSetting, SentCells } from '../algorithm/hardware.js';
import type { ChipOptions } from '../build.js';
import { leaf } from '../build.js';
import { CODE_BITS, econtInput } from '../link-input/parameters.js';
import { ETX } from '../links.js';
import { ADDRESS_BITS, listed, topFirst } from '../packets/packet-text.js';

const settings: Readonly<Record<PacketSetting, number | readonly [number, string]>> = {
  links: [4, 'number of active links'],
  stc_type: 3,
  active_etxs: [ETX, 'its ones are counted'],
  keep: [latentField.bits, 'keep_auto_encoder_bits'],
};

/** The formatter while it is built: its inputs, what several algorithms share, and the packet's length. */
export class FormatterMaker implements PacketMaker {
  readonly algorithm: Bits;
  readonly bx!: Bits;
  readonly resetting?: Bits;
  private readonly inputs = new Map<string, Bits>();
  private readonly bits: number;
  private fourBits?: Bits;
  private sent?: SentCells;
  private count?: Bits;
  private counted?: Bits;

  constructor(
    readonly m: ModuleBuilder,
    private readonly options: ChipOptions,
  ) {
    void m.clock;
    this.bits = packetBits(options);
    this.algorithm = m.inputs('configuration', { algorithm_i: 3 }).algorithm_i;
    for (const { from, data } of includedHardware(options)) {
      for (const { name, width, note } of data) {
        const port = `${name}_i`;
        this.inputs.set(name, m.inputs(from, { [port]: note ? [width, note] : width })[port]);
      }
    }
    if (!options.econt) return;
    const { bx_i, resetting_i } = m.inputs('beside the data', {
      bx_i: [5, 'of the packet that is made in this BX'],
      resetting_i: 1,
    });
    this.bx = bx_i;
    this.resetting = resetting_i;
  }

  data(name: string): Bits {
    return this.inputs.get(name)!;
  }

  setting(name: PacketSetting): Bits {
    const port = `${name}_i`;
    const found = this.inputs.get(port) ?? this.m.inputs('configuration', { [port]: settings[name] })[port];
    this.inputs.set(port, found);
    return found;
  }

  get bx4(): Bits {
    this.fourBits ??= this.m.wire('bx4', cat(bits(this.bx, 4, 1), bits(this.bx, 0, 3)));
    return this.fourBits;
  }

  packed(...parts: readonly Expression[]): Expression {
    const rest = this.bits - parts.reduce((n, { width }) => n + width, 0);
    return cat(...parts, ...(rest > 0 ? [constant(rest, 0)] : []));
  }

  get cells(): SentCells {
    this.sent ??= this.gather();
    return this.sent;
  }

  /** All packets are made: what nobody asked for is unused. */
  finish(): void {
    if (this.count && !this.counted) this.m.unused(this.count, 'count');
  }

  /** Puts the cells of the selected algorithm together. */
  private gather(): SentCells {
    const { m, options } = this;
    const users = includedAlgorithms(options).flatMap(({ code, hardware }) =>
      hardware?.cells ? [{ code, title: hardware.title, ...hardware.cells }] : [],
    );
    m.section(`${listed(users.map(({ title }) => title))}, BX 1: cells that are sent`);
    const selected = users
      .slice(1)
      .map(({ prefix, code }) => m.wire(`${prefix}_selected`, equals(this.algorithm, code)));
    // The first one unless another is selected; what else is selected does not matter.
    const pick = (what: string): Expression =>
      users.reduceRight<Expression>(
        (others, { prefix }, i) =>
          i === 0 ? others : choose(selected[i - 1], this.data(`${prefix}_${what}`), others),
        this.data(`${users[0].prefix}_${what}`),
      );
    const addresses = Math.max(...users.map((user) => user.addresses));
    const map_i = m.wire('map_all', pick('map'), 'as the algorithm chose');
    const cell = m.instance(
      'u_gather_cells',
      leaf('econ_gather_cells', { Cells: econtInput.cells, Addresses: addresses }),
      {
        map_i,
        codes_i: m.wire('codes_all', pick('codes'), 'of all cells'),
      },
    );
    const map = m.pipeline('map', map_i, 'cells that are sent');
    const codes = m.pipeline(
      'codes',
      cell.out('codes_o'),
      '4E3M of the cells that are sent, place j in [7j+6:7j]',
    );
    const numbers = m.pipeline('addresses', cell.out('addresses_o'), 'their numbers, the first ones');
    const sumCode = m.pipeline('map_sum_code', pick('sum_code'), '5E3M');
    const production = (options.econt ?? defaultEcontOptions).generation === 'production';
    const maker = this;
    this.count = cell.out('count_o');
    return {
      map: production ? map : topFirst(m, 'map_sent', econtInput.cells, 1, map, 'cell 0 on top'),
      codes: topFirst(m, 'codes_sent', econtInput.cells, CODE_BITS, codes, 'place 0 on top'),
      addresses: topFirst(m, 'addresses_sent', addresses, ADDRESS_BITS, numbers, 'place 0 on top'),
      sumCode,
      get count() {
        maker.counted ??= m.pipeline('count', maker.count!, 'cells that are sent');
        return maker.counted;
      },
    };
  }
}
