// The rooms of the house, in the order in which they may use each other: a room imports only from
// rooms to its left. `docs/architecture.md` draws the same line.
const ROOMS = [
  'base', 'number', 'detector', 'dataset', 'encoder', 'hdl', 'blocks', 'chips', 'model', 'quality', 'training',
  'exchange', 'eda', 'netlist-sim', 'verify', 'budget', 'report', 'flow', 'cli',
];

const oneWay = ROOMS.slice(0, -1).map((room, i) => ({
  name: `${room}-stays-below`,
  comment: `${room} may not import from: ${ROOMS.slice(i + 1).join(', ')}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${ROOMS.slice(i + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'rooms-by-their-door',
      comment: 'another room is entered by its index.ts',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/.+', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    ...oneWay,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
