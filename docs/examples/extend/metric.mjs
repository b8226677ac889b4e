// Does the cell with most charge stay the cell with most charge? 1 or 0; the mean is a share of wafers.
const largest = (charges) => charges.indexOf(Math.max(...charges));

export default {
  kind: 'metric',
  name: 'same-peak',
  unit: 'share',
  measure: (input, output) => (Math.max(...input) > 0 ? Number(largest(input) === largest(output)) : Number.NaN),
};
