import type { Generation } from '../../blocks/index.js';

/** Other names of the same registers, as test stands and the emulators of the vectors write them. */
export const aliases: Readonly<Record<Generation, readonly (readonly [RegExp, string])[]>> = {
  P1: [
    [/^formatterbuffer_/, 'fmtbuf_'],
    [/^fmtbuf_global_active_etxs$/, 'fmtbuf_global_eporttx_numen'],
    [/^fmtbuf_global_link_reset_pattern$/, 'fmtbuf_global_tx_sync_word'],
    [/^algodroplsb_global_drop_lsb$/, 'algodroplsb_global'],
    [/^aligner_global_match_(mask|pattern)_val/, 'aligner_global_match_$1'],
    [/^erx_(\d+)_ch_equalizer$/, 'erx_$1_ch_ch_equalizer'],
    [/^erx_(\d+)_equalizer$/, 'erx_$1_ch_ch_equalizer'],
    [/^([er]tx|erx)_(\d+)_(?!ch_|mux_)/, '$1_$2_ch_'],
  ],
  production: [
    [/^algodroplsb_global$/, 'algodroplsb_global_drop_lsb'],
    [/^misc_global_rw_err_clr$/, 'misc_global_rw_err_clr_0'],
  ],
};
