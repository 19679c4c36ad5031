// Lets a published spec ask the running registry: the address is read when it runs.
module.exports = {
  process(source) {
    return {
      code: source
        .replace("const baseURL = 'mock://'", 'const baseURL = process.env.DOVETAIL_TEST_URL')
        .replaceAll("'http://localhost:8081'", 'process.env.DOVETAIL_TEST_URL'),
    };
  },
};
