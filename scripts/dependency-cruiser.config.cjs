// The allowed imports between rooms: everything flows from the contract to the command line, never back.

/** Room: the rooms (folders of src, or "generated") that it may import beside itself. */
const rooms = {
  errors: [],
  spec: [],
  url: [],
  cache: [],
  files: ['errors', 'cache'],
  signing: ['errors', 'generated', 'spec'],
  certificate: ['errors', 'generated', 'spec', 'cache'],
  registry: ['errors', 'url', 'generated', 'certificate', 'files', 'cache'],
  // Gives a cluster's API server the revocations.
  authorization: ['errors', 'registry'],
  keystone: ['errors', 'url', 'files'],
  identity: ['errors', 'generated', 'registry', 'keystone', 'signing'],
  kubeconfig: ['errors', 'url', 'generated', 'files'],
  inspect: ['errors', 'kubeconfig', 'verify'],
  client: ['errors', 'generated', 'signing', 'keystone'],
  server: [
    'errors',
    'generated',
    'spec',
    'identity',
    'registry',
    'certificate',
    'kubeconfig',
    'cache',
    'authorization',
  ],
  // The kit shares no code with the provider that it tests.
  verify: ['errors', 'url', 'generated', 'spec'],
};

const pathOf = (room) => (room === 'generated' ? '^generated/' : `^src/${room}(/|\\.ts$)`);

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `what-${room}-may-import`,
      severity: 'error',
      from: { path: pathOf(room) },
      to: { path: '^(src|generated|scripts|test)/', pathNot: [room, ...allowed].map(pathOf) },
    })),
    {
      name: 'generated-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^generated/' },
      to: { path: '^(src|scripts|test)/' },
    },
    {
      name: 'src-knows-no-scripts-and-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(scripts|test)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot:
          '^(src/cli/bin|src/server/reference-page/page|test/.*\\.test|test/support/(remove-types|no-meta-schema|exit-at-once)|scripts/.*)\\.(ts|cjs|mjs|js)$',
      },
      to: {},
    },
    // A file is there for a front door, a command or a test.
    ...[
      [
        'src',
        '^src/(index|types|(client/cloud-token|server/index|verify/index)|cli/(bin|kubectl-complete)|server/reference-page/page)\\.ts$',
      ],
      ['scripts', '^scripts/[^/]+\\.(ts|js|cjs)$'],
      ['test', '^test/(.*\\.[a-z]+|support/fuzz-contract)\\.ts$'],
    ].map(([folder, doors]) => ({
      name: `${folder}-is-reached`,
      severity: 'error',
      from: { path: doors },
      to: { path: `^${folder}/.*\\.ts$`, pathNot: doors, reachable: false },
    })),
    {
      name: 'run-time-dependencies-only',
      severity: 'error',
      // In these rooms, the build puts packages inside that are no dependencies in package.json; src/README.md lists
      // them.
      from: { path: '^(src|generated)/', pathNot: '^src/(server|certificate|verify|kubeconfig|registry/postgres)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // They import what is generated elsewhere.
    exclude: { path: '^test/((generators/clients|fixtures/next)/|examples/(fetch-stub|get-kubeconfig|own-provider))' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
