import type { Random } from '../../base/index.js';
import { encoderLayers, largestMultiplier } from '../../encoder/index.js';
import { encoderWeights, type Network, parameterLayout, setEncoderWeights } from '../plan/network.js';
import type { TrainingSettings } from '../plan/settings.js';

export type ConstraintSettings = Pick<TrainingSettings, 'l1' | 'weightRounding' | 'freezeFrom'>;

/**
 * What is asked of the encoder's weights beside a low loss, step by step: pruned ones stay 0, an L1 norm costs, weights
 * are rounded at random in the forward pass, or frozen at their rounded values towards the end.
 */
export class EncoderConstraints {
  private readonly kernels: readonly (readonly [number, number])[];
  private readonly encoderSize: number;
  /** Step from one weight of the chip to the next, in units of the parameter; 0 where steps are not equal. */
  private readonly steps: Float32Array;
  private readonly clean: Float32Array;
  private readonly rounded: Float32Array;
  private frozen: Uint8Array | undefined;

  /** @param pruned 1 for each encoder parameter that is held at 0 */
  constructor(
    private readonly network: Network,
    private readonly settings: ConstraintSettings,
    private readonly pruned?: Uint8Array,
  ) {
    const layout = parameterLayout(network);
    this.encoderSize = layout.encoderSize;
    this.kernels = layout.encoder.map(({ kernel }) => [
      kernel.offset,
      kernel.offset + kernel.rows * kernel.columns,
    ]);
    this.steps = new Float32Array(this.encoderSize);
    this.clean = new Float32Array(this.encoderSize);
    this.rounded = new Float32Array(layout.size);
    encoderLayers(network.shape).forEach(({ weights }, i) => {
      if (weights.kind === 'fixed') this.steps.fill(1 / largestMultiplier(weights), ...this.kernels[i]);
    });
  }

  /** Holds pruned weights at 0, also those that a start has set. */
  prune(parameters: Float32Array): void {
    const { pruned } = this;
    if (pruned) for (let i = 0; i < pruned.length; i++) if (pruned[i] === 1) parameters[i] = 0;
  }

  /**
   * Progressive freezing (Zhou et al., "Incremental network quantization", 2017): from the share `freezeFrom` of the epochs
   * on, more and more weights are set to what the chip holds and stay there, the nearest first; all in the last epoch.
   * A frozen weight has distance 0, so the choice of a later epoch holds that of an earlier one, and a resumed training
   * needs no record of it.
   */
  startEpoch(parameters: Float32Array, epoch: number, epochs: number): void {
    const { freezeFrom } = this.settings;
    const first = Math.round(freezeFrom * epochs);
    if (freezeFrom >= 1 || epoch < first) return;
    const share = Math.min(1, (epoch - first + 1) / Math.max(1, epochs - first));
    const { rounded, encoderSize } = this;
    setEncoderWeights(this.network, encoderWeights(this.network, parameters), rounded);
    const order = Uint32Array.from({ length: encoderSize }, (_, i) => i);
    const distance = Float32Array.from(order, (i) => Math.abs(parameters[i] - rounded[i]));
    order.sort((a, b) => distance[a] - distance[b] || a - b);
    this.frozen = new Uint8Array(encoderSize);
    for (const i of order.subarray(0, Math.round(share * encoderSize))) {
      this.frozen[i] = 1;
      parameters[i] = rounded[i];
    }
  }

  /** Before the forward pass: stochastic rounding moves each weight by up to half a step, either way. */
  beforeStep(parameters: Float32Array, random: Random): void {
    this.clean.set(parameters.subarray(0, this.encoderSize));
    if (this.settings.weightRounding === 'nearest') return;
    for (const [from, to] of this.kernels)
      for (let i = from; i < to; i++) {
        const held = this.pruned?.[i] === 1 || this.frozen?.[i] === 1;
        if (!held) parameters[i] += this.steps[i] * (random.uniform() - 0.5);
      }
  }

  /** After the backward pass: the weights as they were, and the slope of the L1 norm. */
  afterBackward(parameters: Float32Array, gradient: Float32Array): void {
    parameters.set(this.clean);
    const { l1 } = this.settings;
    if (l1 === 0) return;
    for (const [from, to] of this.kernels)
      for (let i = from; i < to; i++) gradient[i] += l1 * Math.sign(parameters[i]);
  }

  /** After Adam: what is held does not move. */
  afterUpdate(parameters: Float32Array): void {
    this.prune(parameters);
    const { frozen, rounded } = this;
    if (frozen) for (let i = 0; i < frozen.length; i++) if (frozen[i] === 1) parameters[i] = rounded[i];
  }
}
