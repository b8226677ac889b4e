import { finish, input, type Layer, type LayerRule, layoutOf, quantisedInput, weight } from './layer.js';
import { padsOf, rowsAndColumns } from './padding.js';

function bias(layer: Layer, index: number): string[] {
  if (layer.config.flag('use_bias', true)) return [weight(layer, 'bias', index, layer.isHgq ? 'bq' : 'bias')];
  // The quantizer of a bias that is not there says nothing.
  layer.config.get(layer.isHgq ? 'bq_conf' : 'bias_quantizer');
  return [];
}

const dense: LayerRule = (layer) => {
  const { builder, name, config, isHgq } = layer;
  const value = quantisedInput(layer);
  const kernel = weight(layer, 'kernel', 0, isHgq ? 'kq' : 'kernel');
  const inputs = [value, kernel, ...bias(layer, 1)];
  const units = config.number('units');
  if (builder.shapeOf(kernel)[1] !== units)
    throw config.error(
      `has ${units} units, and a kernel of ${builder.shapeOf(kernel).join('x')}`,
      'Name the file of weights that was saved with this model.',
    );
  config.only('quantization_config');
  return finish(layer, builder.add(name, { kind: 'dense' }, inputs));
};

const conv2d: LayerRule = (layer) => {
  const value = quantisedInput(layer);
  const kernel = weight(layer, 'kernel', 0, layer.isHgq ? 'kq' : 'kernel');
  return convolution(layer, value, kernel, bias(layer, 1));
};

/** @param kernel, bias quantised as the layer says */
export function convolution(layer: Layer, value: string, kernel: string, bias: readonly string[]): string {
  const { builder, config } = layer;
  const shape = builder.shapeOf(kernel);
  const size = config.pair('kernel_size', 0);
  const filters = config.number('filters');
  if (shape[0] !== size[0] || shape[1] !== size[1] || shape[3] !== filters)
    throw config.error(
      `says ${size.join('x')} with ${filters} filters, and has a kernel of ${shape.join('x')}`,
    );
  config.only('mask');
  return grouped(layer, [value, kernel, ...bias], size, config.number('groups', 1));
}

/** @param inputs value, kernel, bias when there is one @param size of the kernel */
function grouped(
  layer: Layer,
  inputs: readonly string[],
  size: readonly [number, number],
  groups: number,
): string {
  const { builder, name, config } = layer;
  const layout = layoutOf(layer);
  const strides = config.pair('strides', 1);
  const dilations = config.pair('dilation_rate', 1);
  const pads = padsOf(layer, inputs[0], layout, size, strides, dilations);
  const op = { kind: 'conv2d', strides, dilations, pads, groups, layout } as const;
  return finish(layer, builder.add(name, op, inputs));
}

/** One kernel (or `depth_multiplier`) per channel: a convolution in as many groups. */
const depthwise: LayerRule = (layer) => {
  const { builder, name, config } = layer;
  const value = input(layer);
  config.number('depth_multiplier', 1);
  // Keras 3 calls the variable kernel, Keras 2 depthwise_kernel; both keep [rows][columns][channels][multiplier].
  const stored = weight(layer, 'depthwise_kernel|kernel', 0, 'depthwise');
  const [kernelRows, kernelColumns, channels, multiplier] = builder.shapeOf(stored);
  const kernel = builder.add(
    `${name}/kernel`,
    { kind: 'reshape', shape: [kernelRows, kernelColumns, 1, channels * multiplier] },
    [stored],
  );
  config.only('groups', 1);
  const size = config.pair('kernel_size', kernelRows);
  return grouped(layer, [value, kernel, ...bias(layer, 1)], size, channels);
};

const convTranspose: LayerRule = (layer) => {
  const { builder, name, config } = layer;
  const value = input(layer);
  const layout = layoutOf(layer);
  const strides = config.pair('strides', 1);
  config.only('output_padding');
  if (config.pair('dilation_rate', 1).some((d) => d !== 1))
    throw config.error(
      'is dilated',
      'Give it dilation_rate 1 and a larger kernel, with zeros between the numbers.',
    );
  config.only('groups', 1);
  config.number('filters');
  const kernel = weight(layer, 'kernel', 0, 'kernel');
  const size = builder.shapeOf(kernel).slice(0, 2);
  config.pair('kernel_size', 1);
  const padding = config.text('padding', 'valid');
  if (padding !== 'valid' && padding !== 'same') throw config.odd('padding', padding, "'same' or 'valid'");
  const [rows, columns] = rowsAndColumns(layer, value, layout);
  // 'valid' gives at least stride per input, 'same' exactly that: the kernel's overlap is cut like the pads of a convolution.
  const cut = (side: number, i: 0 | 1): readonly [number, number] => {
    const full = (side - 1) * strides[i] + size[i];
    if (padding === 'valid') return [0, Math.min(0, size[i] - strides[i])];
    const total = full - side * strides[i];
    return total < 0 ? [0, total] : [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [top, bottom] = cut(rows, 0);
  const [left, right] = cut(columns, 1);
  const made = builder.add(
    name,
    { kind: 'conv-transpose', strides, crop: [top, left, bottom, right], layout },
    [value, kernel, ...bias(layer, 1)],
  );
  return finish(layer, made);
};

export const sumLayers: Readonly<Record<string, LayerRule>> = {
  Dense: dense,
  QDense: dense,
  Conv2D: conv2d,
  QConv2D: conv2d,
  DepthwiseConv2D: depthwise,
  QDepthwiseConv2D: depthwise,
  Conv2DTranspose: convTranspose,
  QConv2DTranspose: convTranspose,
};
