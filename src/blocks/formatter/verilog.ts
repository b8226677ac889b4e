import { declare, instance, section } from '../../hdl/index.js';
import { PACKET_LINKS, SQUEEZE_STAGES, squeeze } from '../autoencoder/squeeze.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { ETX, RAW_BITS } from '../links.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { anyError, bxSignal, clockOnly, errorPort, pipelineRegisters, pipelineSignals } from '../stage.js';

/** Formatter: keep mask, cut to the active links, header and sum. */
export const formatterBlock: ChipBlock = {
  name: 'formatter',
  instance: 'u_formatter',
  module: 'econ_formatter',
  latency: 2,
  state: () => [
    { what: 'squeezed latents', bits: RAW_BITS, kind: 'pipeline' },
    { what: 'sum code', bits: SUM_CODE_BITS, kind: 'pipeline' },
    { what: 'BX', bits: 5, kind: 'control' },
    { what: 'link words', bits: 32 * PACKET_LINKS, kind: 'pipeline' },
  ],
  emit,
};

function emit(context: BuildContext): string {
  const first = [
    { name: 'payload', width: RAW_BITS, note: 'kept bits of the latents, squeezed toward bit 0' },
    { name: 'sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    bxSignal(),
  ];
  const second = [{ name: 'link', width: 32 * PACKET_LINKS, note: 'eTx j in [32j+31:32j]' }];
  return emitModule(
    context,
    {
      purpose: [
        'Formatter: BX 1 drops the latent bits that the keep mask does not keep and moves the others together;',
        'BX 2 cuts them to what the active links carry, behind BX counter and module sum.',
        `The packet of at most 160 bits fills eTx 0 to ${PACKET_LINKS - 1}; the other words are 0.`,
        'Words are 0 while another algorithm than the autoencoder (4) is selected.',
      ],
      layer: 'formatter',
      formats: [
        'in  latents u1.8, latent o in [9o+8:9o]; sum 5E4M',
        'out packet bx (5) | sum (9) | payload (32 N - 14, at most 146)',
      ],
      latency: '2 BX',
    },
    {
      name: 'econ_formatter',
      groups: [
        clockOnly,
        {
          title: 'configuration',
          ports: [
            { direction: 'input', width: 3, name: 'algorithm_i' },
            { direction: 'input', width: ETX, name: 'active_etxs_i', note: 'its ones are counted' },
            { direction: 'input', width: RAW_BITS, name: 'keep_i', note: 'keep_auto_encoder_bits' },
          ],
        },
        {
          title: 'from the encoder',
          ports: [
            { direction: 'input', width: RAW_BITS, name: 'latents_i' },
            { direction: 'input', width: SUM_CODE_BITS, name: 'sum_code_i' },
            { direction: 'input', width: 5, name: 'bx_i' },
          ],
        },
        {
          title: 'output links',
          ports: [
            { direction: 'output', width: 32 * ETX, name: 'link_o', note: 'eTx j in [32j+31:32j]' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', [
          { name: 'move', width: RAW_BITS * SQUEEZE_STAGES },
          { name: 'stay', width: RAW_BITS * SQUEEZE_STAGES },
          { name: 'enable', width: 1 },
          ...pipelineSignals([...first, ...second]),
        ]),
        '',
        section('BX 1: keep mask'),
        ...squeeze(),
        'assign sum_code_d = sum_code_i;',
        'assign bx_d       = bx_i;',
        '',
        ...pipelineRegisters(context.options, first),
        '',
        section('BX 2: cut and lay out'),
        "assign enable = (algorithm_i == 3'd4);",
        ...instance(
          'econ_link_cut',
          'u_link_cut',
          [],
          [
            ['enable_i', 'enable'],
            ['active_i', 'active_etxs_i'],
            ['bx_i', 'bx_q'],
            ['sum_i', 'sum_code_q'],
            ['payload_i', 'payload_q'],
            ['words_o', 'link_d'],
          ],
        ),
        '',
        ...pipelineRegisters(context.options, second),
        '',
        `assign link_o = {${32 * (ETX - PACKET_LINKS)}'d0, link_q};`,
        `assign err_o  = ${anyError([...first, ...second])};`,
      ],
    },
  );
}
