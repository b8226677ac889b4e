// A guess at 28 nm from the 65 nm model: areas by (28/65)^2, capacitances by 28/65, at 0.9 V. An estimate of an estimate.
export default ({ budget }) => {
  const scale = 28 / 65;
  const { lowPower65: from } = budget;
  return {
    ...from,
    kind: 'technology',
    name: 'scaled-28',
    area: Object.fromEntries(Object.entries(from.area).map(([gate, area]) => [gate, area * scale ** 2])),
    gateEquivalent: from.gateEquivalent * scale ** 2,
    supply: 0.9,
    netLoad: from.netLoad * scale,
    internalCapacitance: from.internalCapacitance * scale,
    clockPin: from.clockPin * scale,
  };
};
