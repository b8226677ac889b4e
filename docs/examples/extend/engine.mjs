// The fast engine, with every step done again by the plain one: slow, but a wrong step ends the training at once.
export default ({ training }) => ({
  kind: 'engine',
  name: 'paired',
  async open(network, options) {
    const [fast, plain] = await Promise.all(
      ['wasm', 'js'].map((name) => training.engines.get(name, 'engine paired').open(network, options)),
    );
    return {
      parameters: fast.parameters,
      gradient: fast.gradient,
      encode: fast.encode,
      forward: fast.forward,
      step(...step) {
        plain.parameters.set(fast.parameters);
        const [loss, again] = [fast.step(...step), plain.step(...step)];
        if (Math.abs(loss - again) > 1e-3 * Math.abs(again))
          throw new Error(`the loss of a step is ${loss} by engine wasm and ${again} by engine js`);
        return loss;
      },
      dispose() {
        fast.dispose();
        plain.dispose();
      },
    };
  },
});
