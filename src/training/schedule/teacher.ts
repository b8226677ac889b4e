import type { Model } from '../../model/index.js';
import type { TrainingSession } from '../engines/engine.js';
import { wasmEngine } from '../engines/wasm.js';
import { networkOf } from '../plan/plan.js';
import type { TrainingDeck } from '../start/examples.js';
import { networkInput, parametersOf, resolved } from '../start/model-network.js';

/**
 * A trained network whose reconstruction a smaller one is compared with, beside the wafers themselves (Hinton, Vinyals and
 * Dean, "Distilling the knowledge in a neural network", 2015, with reconstructions as soft targets).
 */
export class Teacher {
  private outputs = new Float32Array(0);

  private constructor(
    private readonly session: TrainingSession,
    private readonly share: number,
  ) {}

  /** @param share of the teacher's reconstruction in the target, 0..1 */
  static async of(model: Model, share: number): Promise<Teacher> {
    const { etx } = model;
    const input = { ...networkInput(model), etx, latentBits: [...model.latentBits] };
    const network = networkOf(resolved(input));
    const session = await wasmEngine.open(network, { frozenEncoder: true });
    parametersOf(model, network, session.parameters);
    return new Teacher(session, share);
  }

  /** Mixes the teacher's reconstructions into the targets of the cards dealt. */
  teach({ x, told, target }: TrainingDeck, count: number): void {
    const cells = target.length / told.length;
    if (this.outputs.length < count * cells) this.outputs = new Float32Array(count * cells);
    const { outputs, share } = this;
    this.session.forward(x, told, count, outputs);
    for (let row = 0; row < count * cells; row += cells) {
      let sum = 0;
      for (let c = row; c < row + cells; c++) sum += outputs[c];
      if (!(sum > 0)) continue;
      for (let c = row; c < row + cells; c++) target[c] += share * (outputs[c] / sum - target[c]);
    }
  }

  dispose(): void {
    this.session.dispose();
  }
}
