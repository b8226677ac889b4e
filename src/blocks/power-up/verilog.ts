import { leafBlock } from '../build.js';

/** Power-up state machine. */
export const powerUpBlock = leafBlock('power-up', () => [{ what: 'state', bits: 4, kind: 'control' }]);
