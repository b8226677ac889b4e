import {
  algorithmLatency,
  bankName,
  builtBlock,
  type ChipOptions,
  formatterBlock,
  hasEncoder,
  I2C_BASE_ADDRESS,
  includedAlgorithms,
  includedHardware,
  inputFormat,
  outputLinks,
  streamAlgorithm,
  weightBlocks,
} from '../blocks/index.js';
import { detectorOf } from '../detector/index.js';
import {
  type Bits,
  bits,
  cat,
  constant,
  type Expression,
  type Instance,
  logic,
  type ModuleBuilder,
} from '../hdl/index.js';
import { TopLevel } from './top-level.js';

/** The top level econ_chip: instances, and the wires between them. */
export const topBlock = builtBlock({
  name: 'chip',
  latency: 0,
  facts(options) {
    const { econt, tmr, arithmetic } = options;
    const { links } = inputFormat(options);
    const hardware = includedHardware(options);
    const arithmetics = hasEncoder(options) ? `, arithmetic '${arithmetic}'` : '';
    const latency = includedAlgorithms(options)
      .map((a) => `${econt ? `${a.name} ` : ''}${algorithmLatency(a, options)}`)
      .join(', ');
    return {
      purpose: [
        `Chip: ${links} input links -> trigger-cell codes -> calibrated charges -> ${econt ? 'the algorithm that alg_type selects' : hardware[0].title} -> ` +
          `${outputLinks(options)} output links, one BX per clock; configuration${hasEncoder(options) ? ' and weights' : ''} over I2C.${econt ? ' Link words are 0 until pusm_run is set.' : ''}`,
      ],
      layer: `all; TMR mode '${tmr}'${arithmetics}`,
      formats: ['links 32 bits per BX; see the blocks for the formats between them'],
      latency: `${latency} BX from link_i to link_o`,
    };
  },
  build(m, options) {
    const pins = ports(m, options);
    const { code } = inputFormat(options);
    const chip = new TopLevel(m, options);

    m.section('reset and I2C');
    const reset = chip.place('reset-sync', { clk_i: pins.clk_i, rst_ni: pins.rst_ni });
    m.reset = reset.out('rst_no', { name: 'rst_n', note: 'synchronised' });
    const i2c = chip.place('i2c', {
      device_i: logic(7)`${constant(7, I2C_BASE_ADDRESS, 'h')} + ${cat(constant(4, 0), pins.strap_i)}`,
      scl_i: pins.scl_i,
      sda_i: pins.sda_i,
    });
    const bus = {
      write_i: i2c.out('write_o', { name: 'bus_write' }),
      address_i: i2c.out('address_o', { name: 'bus_address' }),
      data_i: i2c.out('data_o', { name: 'bus_wdata' }),
    };

    m.section('configuration');
    const registers = chip.placeRegisters(bus);
    const read = registers.out('data_o', { name: 'register_rdata' });
    if (hasEncoder(options)) {
      const memory = placeWeights(chip, registers, bus);
      m.connect(logic(8)`${read} | ${memory.out('data_o', { name: 'weight_rdata' })}`, i2c.in('data_i'));
      m.connect(memory.out('ready_o', { name: 'weight_ready' }), i2c.in('ready_i'));
    } else {
      m.connect(read, i2c.in('data_i'));
      m.connect(constant(1, 1), i2c.in('ready_i'));
    }

    m.section('links to charges');
    const input = chip.place('link-input', { link_i: pins.link_i });
    const bx = input.out('bx_o', { name: 'input_bx' });
    const codes = chip.place('mux', {
      mux_i: chip.setting('mux'),
      codes_i: input.out('codes_o', { name: 'input_codes', note: code.name }),
      bx_i: bx,
    });
    const linear = chip.place('float-to-fixed', {
      high_density_i: chip.setting('high_density'),
      codes_i: codes.out('codes_o', { name: 'codes', note: `${code.name}, image order` }),
      bx_i: codes.out('bx_o', { name: 'codes_bx' }),
    });
    const charges = chip.place('calibration', {
      cal_i: chip.setting('cal'),
      linear_i: linear.out('linear_o', { name: 'linear', note: 'unsigned' }),
      bx_i: linear.out('bx_o', { name: 'linear_bx' }),
    });
    chip.charge = charges.out('charge_o', { name: 'charge', note: 'CALQ, unsigned' });
    // The BX of the charges; only the encoder carries it on.
    chip.bx = charges.out('bx_o', { name: hasEncoder(options) ? 'charge_bx' : 'unused_charge_bx' });

    const whole = options.econt ? placeWhole(chip, registers, pins, bx) : undefined;
    const data = includedHardware(options).map((hardware) => {
      m.section(hardware.title);
      return hardware.place(chip);
    });

    m.section('packets and links');
    const given: Readonly<Record<string, Expression>> = {
      ...Object.fromEntries(
        data.flatMap(Object.entries<Expression>).map(([name, value]) => [`${name}_i`, value]),
      ),
      ...whole?.tag,
    };
    // Packets depend on the settings that its other inputs are named after.
    const open = formatterBlock
      .component(options)
      .ports.filter((p) => p.direction === 'input' && p.name !== 'clk_i' && !(p.name in given));
    const formatter = chip.place('formatter', {
      ...Object.fromEntries(open.map(({ name }) => [name, chip.setting(name.slice(0, -2))])),
      ...given,
    });
    const packet = formatter.out('packet_o', { name: 'packet', note: 'first bit on top' });
    const link_o = whole ? whole.links(formatter, packet) : straight(m, packet, outputLinks(options));
    m.outputs('links', { link_o: [link_o, 'eTx j in [32j+31:32j]'] });
    m.outputs('I2C', { sda_oe_o: [i2c.out('sda_oe_o'), 'open drain: 1 pulls SDA low'] });
    chip.connectEvents(registers, {
      i2c_recovery: i2c.out('recover_o', { name: 'i2c_recover' }),
      ...whole?.events,
    });
  },
});

function ports(m: ModuleBuilder, options: ChipOptions) {
  const { econt, detector } = options;
  const clock = m.inputs('clock and reset', {
    clk_i: [1, `${detectorOf(detector).clockMHz} MHz bunch-crossing clock`],
    rst_ni: [1, 'asserts at once, released with the clock'],
  });
  m.clock = clock.clk_i;
  const command = econt
    ? m.inputs('fast command', {
        link_reset_i: [1, 'link reset: 256 BX of reset words, from the words beside it on'],
      })
    : undefined;
  const i2c = m.inputs('I2C', { strap_i: [3, 'device address = 0x20 + strap'], scl_i: 1, sda_i: 1 });
  return {
    ...clock,
    ...command,
    ...i2c,
    ...m.inputs('links', { link_i: [32 * inputFormat(options).links, 'eRx r in [32r+31:32r]'] }),
  };
}

/** The words of a packet on the links as it is. */
function straight(m: ModuleBuilder, packet: Bits, links: number): Expression {
  const words = Math.min(links, packet.width / 32);
  const sent = Array.from({ length: words }, (_, j) => bits(packet, packet.width - 32 * (words - j), 32));
  if (words < packet.width / 32) m.unused(bits(packet, 0, packet.width - 32 * words), 'packet');
  return links > words ? cat(constant(32 * (links - words), 0), ...sent) : cat(...sent);
}

function placeWeights(chip: TopLevel, registers: Instance, bus: Readonly<Record<string, Bits>>): Instance {
  const memory = chip.place('weight-memory', {
    ...bus,
    commit_i: chip.setting('commit'),
    read_active_i: chip.setting('read_active'),
    expected_crc_i: chip.setting('expected_crc'),
  });
  const { m } = chip;
  for (const name of ['busy', 'done', 'failed'])
    m.connect(memory.out(`${name}_o`, { name: `weight_${name}` }), registers.in(`weight_${name}_i`));
  m.connect(memory.out('count_o', { name: 'commit_count' }), registers.in('commit_count_i'));
  m.connect(memory.out('crc_o', { name: 'computed_crc' }), registers.in('computed_crc_i'));
  chip.weights = Array.from({ length: weightBlocks(chip.options) }, (_, n) =>
    memory.out(`${bankName(n)}_o`, { name: bankName(n) }),
  );
  return memory;
}

/** What a whole ECON-T has beside the data path: power-up, header check, bunch tag; and its link buffer. */
function placeWhole(
  chip: TopLevel,
  registers: Instance,
  { link_i, link_reset_i }: Readonly<{ link_i: Bits; link_reset_i?: Bits }>,
  bx_i: Bits,
) {
  const { m, options } = chip;
  const power = chip.place('power-up', { run_i: chip.setting('run') });
  const running = power.out('running_o', { name: 'running' });
  m.connect(power.out('state_o', { name: 'pusm_state' }), registers.in('pusm_state_i'));

  const erx = inputFormat(options).links;
  const headers = Array.from({ length: erx }, (_, r) => bits(link_i, 32 * (erx - 1 - r) + 28, 4));
  const settings = ['orbit_value', 'orbit_mask', 'idle_value', 'idle_mask'];
  const check = chip.place('header-check', {
    run_i: running,
    clear_i: chip.setting('status_clear'),
    headers_i: m.wire('headers', cat(...headers), 'of eRx r in [4r+3:4r]'),
    ...Object.fromEntries(settings.map((name) => [`${name}_i`, chip.setting(name)])),
  });
  m.connect(check.out('wrong_o', { name: 'header_wrong' }), registers.in('header_wrong_i'));
  m.connect(check.out('count_o', { name: 'header_count' }), registers.in('header_count_i'));

  const algorithm_i = chip.setting('algorithm');
  const tag = chip.place('bunch-tag', { algorithm_i, link_reset_i: link_reset_i!, bx_i });
  const links = (formatter: Instance, packet: Bits): Expression => {
    const buffer = chip.place('link-buffer', {
      run_i: running,
      links_i: chip.setting('links'),
      link_reset_pattern_i: chip.setting('link_reset_pattern'),
      packet_i: packet,
      bx_i: formatter.out('bx_o', { name: 'packet_bx' }),
      resetting_i: formatter.out('resetting_o', { name: 'packet_resetting' }),
      ...(streamAlgorithm(options) ? ringInputs(chip, formatter) : {}),
    });
    const overflow = streamAlgorithm(options)
      ? buffer.out('overflow_o', { name: 'overflow' })
      : constant(1, 0);
    m.connect(overflow, registers.in('overflow_i'));
    return buffer.out('link_o');
  };
  return {
    tag: {
      bx_i: tag.out('bx_o', { name: 'packing_bx', note: 'of the BX whose packet is made' }),
      resetting_i: tag.out('resetting_o', { name: 'packing_resetting' }),
    },
    links,
    events: {
      link_reset: link_reset_i!,
      left_ready: power.out('left_ready_o', { name: 'left_ready' }),
      state_upset: power.out('upset_o', { name: 'state_upset' }),
    },
  };
}

/** What the link buffer needs for packets of any length. */
function ringInputs(chip: TopLevel, formatter: Instance): Record<string, Expression> {
  return {
    algorithm_i: chip.setting('algorithm'),
    idle_pattern_i: chip.setting('idle_pattern'),
    t1_i: chip.setting('buff_t1'),
    t2_i: chip.setting('buff_t2'),
    t3_i: chip.setting('buff_t3'),
    clear_i: chip.setting('status_clear'),
    length_i: formatter.out('length_o', { name: 'packet_length', note: 'words of 16 bits' }),
    all_sum_code_i: formatter.out('all_sum_code_o', { name: 'packet_all_sum_code' }),
  };
}
