import { describe, expect, test } from 'vitest';
import { defaultValues, type Values } from '../../scripts/cost/inputs.ts';
import { costOfIdleMonth, costOfTasks, instanceSecond, total } from '../../scripts/cost/model.ts';
import { composerTable, costTable, inputsTable, readValues } from '../../scripts/cost.ts';
import { readText } from '../docs/page.ts';

/** Prices and counts with which one can compute by eye. */
const plain: Values = {
  vcpu_second: 2,
  gib_second: 1,
  million_requests: 1_000_000,
  pubsub_tib: 2 ** 40,
  pubsub_request_bytes: 3,
  class_a_thousand: 5_000,
  class_b_thousand: 7_000,
  storage_gb_month: 1e9,
  logging_gib: 2 ** 30,
  scheduler_job_month: 11,
  composer_month: 300,
  vcpu: 1,
  memory_gib: 2,
  launch_seconds: 0.5,
  turn_extra_seconds: 6,
  class_a_task: 2,
  class_b_task: 1,
  class_a_turn_hour: 3_600,
  bytes_task: 13,
  pubsub_requests_task: 4,
  record_bytes_task: 17,
  sweep_seconds: 0.25,
  class_a_sweep: 2,
  record_bytes_sweep: 19,
};

describe('the model', () => {
  test('an instance costs its processors and its memory', () => {
    expect(instanceSecond(plain)).toBe(4);
  });

  test('tasks that run at once share a Turn, and nothing else', () => {
    const shared = {
      launch: 20 * 3,
      storage: 20 * (2 * 5 + 7 + 13),
      pubsub: 240,
      logging: 340,
      scheduler: 0,
    };
    expect(costOfTasks({ tasks: 20, seconds: 4, parallel: 1 }, plain)).toEqual({
      ...shared,
      watch: 20 * 10 * 4 + 20,
      storage: shared.storage + 200 * 5,
    });
    expect(costOfTasks({ tasks: 20, seconds: 4, parallel: 10 }, plain)).toEqual({
      ...shared,
      watch: 20 * 4 + 20,
      storage: shared.storage + 20 * 5,
    });
  });

  test('in a month in which nothing runs there are 43,800 sweeps', () => {
    expect(costOfIdleMonth(plain)).toEqual({
      launch: 0,
      watch: 43_800 * 2,
      storage: 43_800 * 2 * 5,
      pubsub: 43_800 * 6,
      logging: 43_800 * 19,
      scheduler: 11,
    });
  });

  test('a month of a Turn that never ends is far from what Composer costs', () => {
    const month = costOfTasks({ tasks: 730, seconds: 3_600, parallel: 1 }, defaultValues());
    expect(total(month)).toBeLessThan(100);
  });
});

describe('readValues', () => {
  test('puts what is given in the place of what is there', () => {
    expect(readValues([])).toEqual(defaultValues());
    expect(readValues(['vcpu=2', 'vcpu_second=3.36e-5'])).toEqual({
      ...defaultValues(),
      vcpu: 2,
      vcpu_second: 0.0000336,
    });
  });

  test.each([
    ['cpu=2', 'cpu is no input; docs/cost.md lists them'],
    ['toString=2', 'toString is no input; docs/cost.md lists them'],
    ['vcpu', 'vcpu must be a number of at least 0, and is ""'],
    ['vcpu=-1', 'vcpu must be a number of at least 0, and is "-1"'],
    ['vcpu=one', 'vcpu must be a number of at least 0, and is "one"'],
  ])('%s', (given, message) => {
    expect(() => readValues([given])).toThrow(message);
  });
});

describe('docs/cost.md has what the script prints', () => {
  const page = readText('docs/cost.md');

  test.each([
    ['the costs', costTable()],
    ['the comparison', composerTable()],
    ['the inputs', inputsTable()],
  ])('%s', (_, table) => {
    const missing = table.split('\n').filter(line => !page.split('\n').includes(line));
    expect(missing).toEqual([]);
  });
});
