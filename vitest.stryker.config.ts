import { defineConfig } from 'vitest/config';

// Mutants are judged by the unit tests alone: they are quick and need nothing outside the process.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/{http,contract,cluster,chaos,docs,scripts}/**', 'test/architecture.test.ts'],
  },
});
