// The specs that @confluentinc/schemaregistry publishes, run as they are but for the
// address of the registry: DOVETAIL_TEST_URL in place of their mock and of port 8081.
const dist = '<rootDir>/node_modules/@confluentinc/schemaregistry/dist';

module.exports = {
  roots: [dist],
  testPathIgnorePatterns: [],
  haste: { retainAllFiles: true },
  moduleNameMapper: { '^@confluentinc/schemaregistry/(.*)$': `${dist}/$1` },
  transform: { '/(test-constants|[^/]*\\.spec)\\.js$': '<rootDir>/address.js' },
  transformIgnorePatterns: [],
  cache: false,
  testTimeout: 60000,
};
