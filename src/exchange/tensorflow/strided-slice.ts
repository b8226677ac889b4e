import { pythonRange, type Range } from '../graph/index.js';
import { part } from '../reading/file-graph.js';
import type { TensorflowRule } from './node.js';

/** Python's x[a:b:c, ...]: bits of the masks say which entries are open, stand for all other axes, or make or take an axis. */
export const stridedSlice: TensorflowRule = (node, graph) => {
  const x = node.input(0, 'value');
  const sides = graph.sides(x);
  const [begin, end, strides] = ['begin', 'end', 'strides'].map((what, i) =>
    graph.knownIntegers(node, node.input(i + 1, what), what),
  );
  const mask = (name: string): ((entry: number) => boolean) => {
    const bits = node.int(`${name}_mask`, 0);
    return (entry) => ((bits >> entry) & 1) === 1;
  };
  const [openBegin, openEnd, ellipsis] = ['begin', 'end', 'ellipsis'].map(mask);
  const [newAxis, shrink] = ['new_axis', 'shrink_axis'].map(mask);
  const entries = begin.length;
  if (end.length !== entries || strides.length !== entries)
    throw node.error('has begin, end and strides of different lengths');
  const numbers = Array.from({ length: entries }, (_, i) => i);
  const used = numbers.filter((i) => !ellipsis(i) && !newAxis(i)).length;
  if (used > sides.length) throw node.error(`cuts ${used} axes of a value of ${sides.length}`);
  const ranges: Range[] = [];
  const after: number[] = []; // sides of the result
  const whole = (): void => {
    const side = sides[ranges.length];
    ranges.push({ from: 0, to: side, step: 1 });
    after.push(side);
  };
  for (const i of numbers) {
    if (ellipsis(i)) {
      for (let left = sides.length - used; left > 0; left--) whole();
    } else if (newAxis(i)) after.push(1);
    else {
      const side = sides[ranges.length];
      if (strides[i] === 0) throw node.error('cuts in steps of 0');
      if (shrink(i)) {
        const from = begin[i] < 0 ? begin[i] + side : begin[i];
        if (from < 0 || from >= side) throw node.error(`takes place ${begin[i]} of ${side}`);
        ranges.push({ from, to: from + 1, step: 1 });
        continue;
      }
      const [start, stop] = [openBegin(i) ? undefined : begin[i], openEnd(i) ? undefined : end[i]];
      const range = pythonRange(side, start, stop, strides[i]);
      ranges.push(range);
      after.push(Math.max(0, Math.ceil((range.to - range.from) / range.step)));
    }
  }
  while (ranges.length < sides.length) whole();
  const cut = graph.slice(part(node, 'cut'), x, ranges);
  return graph.reshape(node, cut, after);
};
