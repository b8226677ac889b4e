// Stochastic gradient descent with momentum (Polyak, 1964). Its state is one array, which a checkpoint keeps.
const MOMENTUM = 0.9;

export default {
  kind: 'optimiser',
  name: 'momentum',
  begin: (size) => ({ velocity: new Float32Array(size) }),
  step(parameters, gradient, encoderSize, { velocity }, { encoder, decoder, weightDecay }) {
    for (let i = 0; i < parameters.length; i++) {
      const inEncoder = i < encoderSize;
      velocity[i] = MOMENTUM * velocity[i] + gradient[i];
      parameters[i] -= (inEncoder ? encoder : decoder) * velocity[i];
      if (!inEncoder) parameters[i] *= 1 - decoder * weightDecay;
      else parameters[i] = Math.max(-1, Math.min(31 / 32, parameters[i]));
    }
  },
};
