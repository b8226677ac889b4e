// The rooms of the house, in the order in which they may use each other: a room imports only from
// rooms to its left. `docs/architecture.md` draws the same line.
const ROOMS = [
  'base', 'number', 'detector', 'dataset', 'encoder', 'hdl', 'blocks', 'chips', 'model', 'quality', 'training',
  'exchange', 'eda', 'netlist-sim', 'verify', 'budget', 'report', 'flow', 'cli',
];

// The folders of a room, likewise. Files beside the folders belong to none of them.
const FOLDERS = {
  'netlist-sim': ['read', 'graph', 'emit', 'run', 'look'],
};

const inside = Object.entries(FOLDERS).flatMap(([room, folders]) =>
  folders.slice(0, -1).map((folder, i) => ({
    name: `${room}-${folder}-stays-below`,
    comment: `${room}/${folder} may not import from: ${folders.slice(i + 1).join(', ')}`,
    severity: 'error',
    from: { path: `^src/${room}/${folder}/` },
    to: { path: `^src/${room}/(${folders.slice(i + 1).join('|')})/` },
  })),
);

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
    ...inside,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
