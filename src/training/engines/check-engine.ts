import { EconError, Random } from '../../base/index.js';
import { imageCells } from '../../encoder/index.js';
import { type Network, parameterLayout } from '../plan/network.js';
import type { OutputLoss, TrainingEngine } from './engine.js';
import { jsEngine } from './js.js';

const ROWS = 16;
/** Of the largest slope of a tensor. */
const TOLERANCE = 1e-3;

/**
 * One step of an engine from outside beside one of the plain engine, on random parameters and wafers.
 * @throws EconError training/wrong-engine naming the tensor whose gradient differs, or the loss
 */
export async function checkEngine(
  engine: TrainingEngine,
  network: Network,
  frozenEncoder: boolean,
): Promise<void> {
  const random = new Random(5);
  const cells = imageCells(network.shape);
  const { encoder, decoder, size } = parameterLayout(network);
  const parameters = Float32Array.from({ length: size }, () => 0.4 * (random.uniform() - 0.5));
  const x = Uint8Array.from({ length: ROWS * cells }, () => Math.max(0, 255 * (2 * random.uniform() - 1)));
  const squares: OutputLoss = (outputs, first, count, gradient) => {
    let sum = 0;
    for (let i = 0; i < count * cells; i++) {
      const difference = outputs[i] - x[first * cells + i] / 1024;
      sum += difference ** 2;
      gradient[i] = 2 * difference;
    }
    return sum;
  };
  const step = async (from: TrainingEngine) => {
    const session = await from.open(network, { frozenEncoder });
    try {
      if (session.parameters.length !== size || session.gradient.length !== size)
        throw wrong(engine, `its session has ${session.parameters.length} parameters, the network ${size}.`);
      session.parameters.set(parameters);
      const loss = session.step(x, new Uint32Array(ROWS), ROWS, squares);
      return { loss, gradient: session.gradient.slice() };
    } finally {
      session.dispose();
    }
  };
  const [mine, plain] = [await step(engine), await step(jsEngine)];
  if (!(Math.abs(mine.loss - plain.loss) <= TOLERANCE * Math.abs(plain.loss)))
    throw wrong(engine, `a step has a loss of ${mine.loss}, that of engine js ${plain.loss}.`);
  for (const { name, offset, rows, columns } of [...encoder, ...decoder].flatMap((l) => [l.kernel, l.bias])) {
    const [got, want] = [mine, plain].map(({ gradient }) =>
      gradient.subarray(offset, offset + rows * columns),
    );
    const most = want.reduce((m, g) => Math.max(m, Math.abs(g)), 1e-9);
    const at = got.findIndex((g, i) => !(Math.abs(g - want[i]) <= TOLERANCE * most));
    if (at >= 0)
      throw wrong(
        engine,
        `the gradient of ${name}, value ${at}, is ${got[at]}, that of engine js ${want[at]}.`,
      );
  }
}

function wrong({ name }: TrainingEngine, what: string): EconError {
  return new EconError({
    code: 'training/wrong-engine',
    where: `engine ${name}`,
    what,
    remedy: 'Mend the engine: docs/extending.md says what it has to give.',
  });
}
