import { includes } from './build.js';
import type { ChipDescription } from './chip.js';

/** 40 MHz. */
const PERIOD_NS = 25;
/** Share of the period that the links take outside the chip, at each side. */
const LINK_DELAY_NS = 5;

const keepMask = [
  '# The keep mask is configuration: its network of selects may settle over several BX after a write',
  'set_multicycle_path 8 -setup -through [get_pins u_formatter/u_squeeze_control/keep_i*]',
  'set_multicycle_path 7 -hold  -through [get_pins u_formatter/u_squeeze_control/keep_i*]',
  '',
];

/** Timing constraints and what tools must not touch, in SDC. */
export function constraints(description: ChipDescription, provenance: readonly string[]): string {
  const { econt } = description.options;
  const links = econt ? '{link_i link_reset_i}' : 'link_i';
  const tmr = description.options.tmr !== 'none';
  return [
    '# Constraints of econ_chip',
    ...provenance.map((line) => `# ${line}`),
    '',
    '# Bunch-crossing clock, 40 MHz',
    `create_clock -name clk -period ${PERIOD_NS} [get_ports clk_i]`,
    'set_clock_uncertainty 0.3 [get_clocks clk]',
    '',
    '# Links are synchronous to the clock',
    `set_input_delay  -clock clk ${LINK_DELAY_NS} [get_ports ${links}]`,
    `set_output_delay -clock clk ${LINK_DELAY_NS} [get_ports link_o]`,
    '',
    '# Asynchronous by nature: reset synchroniser, I2C synchronisers, straps',
    'set_false_path -from [get_ports rst_ni]',
    'set_false_path -from [get_ports {scl_i sda_i}]',
    'set_false_path -from [get_ports strap_i]',
    'set_false_path -to   [get_ports sda_oe_o]',
    '',
    ...(includes(description.options, 'autoencoder') ? keepMask : []),
    ...(tmr
      ? [
          '# Triplicated state: copies and voters are equal by intent, never merge or move logic across them',
          'set_dont_touch [get_cells -hierarchical *u_copy_a]',
          'set_dont_touch [get_cells -hierarchical *u_copy_b]',
          'set_dont_touch [get_cells -hierarchical *u_copy_c]',
          'set_dont_touch [get_cells -hierarchical *u_voter]',
          '',
        ]
      : ['# No triplicated state in this chip (TMR mode none)', '']),
  ].join('\n');
}
