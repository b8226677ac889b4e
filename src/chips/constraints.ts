import { hasEncoder } from '../blocks/index.js';
import { bxNs, detectorOf } from '../detector/index.js';
import type { ChipDescription } from './chip.js';

/** The links take a fifth of the period outside the chip, at each side. */
const LINK_SHARE = 5;

/** The boundary of the network is kept, under its path or, in a flattened netlist, under a name that holds it. */
const keepMask = [
  '',
  '# The keep mask is configuration: its network of selects may settle over several BX after a write',
  'set keep_mask [get_pins -quiet {u_formatter/u_squeeze_control/keep_i* u_formatter?u_squeeze_control/keep_i*}]',
  'if {$keep_mask ne ""} {',
  '  set_multicycle_path 8 -setup -through $keep_mask',
  '  set_multicycle_path 7 -hold  -through $keep_mask',
  '} else {',
  '  puts "econ_chip.sdc: no boundary of u_squeeze_control left, its paths keep one period"',
  '}',
];

/** Timing constraints in SDC: clock, links, what is asynchronous. Nothing in it is known to synthesis tools only. */
export function timingConstraints(description: ChipDescription, provenance: readonly string[]): string {
  const detector = detectorOf(description.options.detector);
  const linkNs = bxNs(detector) / LINK_SHARE;
  const links = description.options.econt ? '{link_i* link_reset_i}' : 'link_i*';
  return [
    '# Timing constraints of econ_chip (redundancy: econ_chip_redundancy.tcl)',
    ...provenance.map((line) => `# ${line}`),
    '',
    `# Bunch-crossing clock, ${detector.clockMHz} MHz`,
    `create_clock -name clk -period ${bxNs(detector)} [get_ports clk_i]`,
    'set_clock_uncertainty 0.3 [get_clocks clk]',
    '',
    '# Links are synchronous to the clock',
    `set_input_delay  -clock clk ${linkNs} [get_ports ${links}]`,
    `set_output_delay -clock clk ${linkNs} [get_ports link_o*]`,
    '',
    '# Asynchronous by nature: reset synchroniser, I2C synchronisers, straps',
    'set_false_path -from [get_ports rst_ni]',
    'set_false_path -from [get_ports {scl_i sda_i}]',
    'set_false_path -from [get_ports strap_i*]',
    'set_false_path -to   [get_ports sda_oe_o]',
    ...(hasEncoder(description.options) ? keepMask : []),
    '',
  ].join('\n');
}

/** What tools that change a netlist must leave alone, in Tcl: copies and voters. */
export function redundancyDirectives(description: ChipDescription, provenance: readonly string[]): string {
  const head = [
    '# Redundancy of econ_chip, for tools that change the netlist: read it when the design is linked, before they do',
    ...provenance.map((line) => `# ${line}`),
    '',
  ];
  if (description.options.tmr === 'none')
    return [...head, '# No triplicated state in this chip (TMR mode none)', ''].join('\n');
  return [
    ...head,
    '# Copies and voters of triplicated state are equal by intent: never merge them or move logic across them',
    'set econ_redundant [get_cells -hierarchical {*u_copy_a *u_copy_b *u_copy_c *u_voter}]',
    'if {[info commands set_dont_touch] ne ""} {',
    '  set_dont_touch $econ_redundant',
    '} else {',
    '  puts "econ_chip_redundancy.tcl: this tool has no set_dont_touch, it must not change the netlist"',
    '}',
    '',
  ].join('\n');
}
