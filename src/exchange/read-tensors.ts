import { z } from 'zod';
import type { ForeignLayer, ForeignNetwork } from './foreign-network.js';
import { badNetwork } from './network-error.js';

const tensorsSchema = z.object({
  tensors: z.record(
    z.string(),
    z.object({ shape: z.array(z.int().min(1)), data: z.array(z.number().or(z.string())) }),
  ),
});
type Tensor = z.infer<typeof tensorsSchema>['tensors'][string];

const KERNEL = /[./]?kernel$/;

/**
 * An encoder as named tensors, `{"tensors": {"NAME/kernel": {"shape": [...], "data": [...]}, "NAME/bias": ...}}` in the
 * order of Keras. Strides are not told: they follow from the number of inputs of the layer behind the convolution.
 * @throws EconError exchange/network naming the tensor
 */
export function tensorNetwork(data: unknown, path: string): ForeignNetwork {
  const parsed = tensorsSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badNetwork(path, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  const own = Object.entries(parsed.data.tensors).filter(([name]) => !/decoder/i.test(name));
  const kernels = own.filter(([name]) => KERNEL.test(name));
  if (kernels.length === 0) {
    const have = own.map(([name, t]) => `${name} ${t.shape.join('x')}`).join(', ') || 'none';
    throw badNetwork(path, `no tensor is called NAME/kernel; tensors of the encoder: ${have}`);
  }
  const layers = kernels.map(([name, tensor]): ForeignLayer => {
    const layer = name.replace(KERNEL, '');
    const bias = own.find(([other]) => /bias$/.test(other) && other.replace(/[./]?bias$/, '') === layer);
    if (!bias) throw badNetwork(path, `there is no ${layer}/bias beside ${name}`);
    return {
      name: layer,
      kind: tensor.shape.length === 4 ? 'conv' : 'dense',
      shape: tensor.shape,
      kernel: numbers(path, name, tensor),
      bias: numbers(path, bias[0], bias[1]),
    };
  });
  const conv = layers.find((layer) => layer.kind === 'conv');
  const others = layers.filter((layer) => layer.kind === 'dense');
  if (!conv) return { kind: 'Keras tensors', layers: others };
  return { kind: 'Keras tensors', layers: [{ ...conv, stride: strideOf(conv, others[0]) }, ...others] };
}

function strideOf({ shape: [, , channels, filters] }: ForeignLayer, next: ForeignLayer | undefined): number {
  const side = channels === 1 ? 8 : 4;
  const strides = [1, 2, 3, 4];
  return strides.find((stride) => Math.ceil(side / stride) ** 2 * filters === next?.shape[0]) ?? 1;
}

function numbers(path: string, name: string, { shape, data }: Tensor): Float64Array {
  const size = shape.reduce((n, v) => n * v, 1);
  if (data.length !== size)
    throw badNetwork(path, `tensor ${name} has ${data.length} numbers instead of ${size}`);
  return Float64Array.from(data, (text, i) => {
    const value = typeof text === 'string' && text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value))
      throw badNetwork(path, `tensor ${name}, number ${i}: ${JSON.stringify(text)}`);
    return value;
  });
}
