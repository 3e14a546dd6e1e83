import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // The files share loaded modules, which have no state of their own: four times quicker.
          isolate: false,
          setupFiles: ['test/secrets/setup.ts'],
          include: ['test/**/*.test.ts'],
          // Of test/chaos, what stands in a folder is pure; what stands beside the folders needs servers.
          exclude: ['test/http/**', 'test/contract/**', 'test/cluster/**', 'test/chaos/*.test.ts'],
          // Nothing waits here; a busy machine may take long all the same.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'http',
          setupFiles: ['test/secrets/setup.ts'],
          include: ['test/http/**/*.test.ts', 'test/contract/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'cluster',
          setupFiles: ['test/secrets/setup.ts'],
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // Most of a test is waiting for Pods.
          maxConcurrency: 12,
        },
      },
    ],
  },
});
