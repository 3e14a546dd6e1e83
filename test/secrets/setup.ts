import { afterAll, expect } from 'vitest';
import { takeLeaks } from './witness.ts';

// Of every test file: nothing that has got out holds a planted secret.
afterAll(() => {
  expect(takeLeaks(), 'planted secrets got out').toEqual([]);
});
