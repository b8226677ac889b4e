/** What an optimiser knows of the steps before: numbers, and arrays as long as the parameters; a checkpoint holds all. */
export type OptimiserState = Record<string, number | Float32Array>;

export interface StepRates {
  /** Of the encoder's latent float weights (0 leaves them alone), which stay in the 6-bit range -1..31/32. */
  readonly encoder: number;
  readonly decoder: number;
  /** Share of a decoder weight that is taken off per unit of learning rate (as in AdamW). */
  readonly weightDecay: number;
}

export interface Optimiser {
  readonly name: string;
  /** The state before the first step. */
  begin(size: number): OptimiserState;
  /** Moves the parameters, of which those before `encoderSize` are the encoder's, and changes the state in place. */
  step(
    parameters: Float32Array,
    gradient: Float32Array,
    encoderSize: number,
    state: OptimiserState,
    rates: StepRates,
  ): void;
}
