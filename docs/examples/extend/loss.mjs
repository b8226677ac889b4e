// Huber's loss of each cell's fraction: squares of small differences, absolute values of large ones.
const CELLS = 48;
const SMALL = 0.01;

export default {
  kind: 'loss',
  name: 'huber',
  make: () => (target, targetAt, output, gradient, at) => {
    let loss = 0;
    for (let c = 0; c < CELLS; c++) {
      const difference = output[at + c] - target[targetAt + c];
      const size = Math.abs(difference);
      loss += size < SMALL ? size ** 2 / (2 * SMALL) : size - SMALL / 2;
      gradient[at + c] = size < SMALL ? difference / SMALL : Math.sign(difference);
    }
    return loss;
  },
};
