import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './scripts/closing-line-reporter.js'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores are what a user's laptop and CI are assumed to have.
    maxWorkers: 2,
    minWorkers: 1,
  },
});
