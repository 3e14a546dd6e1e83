import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taskParameters } from '../../../shared/task/task.ts';
import { parseTask } from './parse-task.ts';

const context = { messageId: 'm1', defaultNamespace: 'tasks', namespaces: ['tasks'] };

/** Keys and values that reach deep into the rules more often than chance does. */
const likelyKey = fc.constantFrom(
  ...taskParameters,
  'name',
  'value',
  'mountPath',
  'emptyDir',
  'hostPath',
  'securityContext',
  'privileged',
  'ports',
  'limits',
  'env',
  'affinity',
  'constructor',
  '__proto__',
  'toString',
);
const likelyValue = fc.constantFrom<unknown>(
  'base',
  'data',
  '/data',
  '10Gi',
  true,
  false,
  null,
  -1,
  0,
  1.5,
  '',
  {},
  [],
);
const { tree: anyJson } = fc.letrec(tie => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    likelyValue,
    fc.string(),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(likelyKey, fc.string()), tie('tree')), { maxLength: 6 })
      .map(entries => Object.fromEntries(entries)),
  ),
}));
const anyTask = fc
  .array(fc.tuple(fc.constantFrom(...taskParameters), anyJson), { maxLength: 8 })
  .map(entries => ({ task_id: 't', image: 'busybox', ...Object.fromEntries(entries) }));

describe('parseTask, whatever comes', () => {
  test('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const parsed = parseTask(Buffer.from(bytes), context);
        expect(parsed.ok).toBe(false);
      }),
    );
  });

  test('never throws on any JSON, and tells where and what for each problem', () => {
    fc.assert(
      fc.property(fc.oneof(anyTask, anyJson), value => {
        const parsed = parseTask(Buffer.from(JSON.stringify(value) ?? ''), context);
        if (parsed.ok) {
          expect(parsed.task.image).toEqual(expect.any(String));
        } else {
          expect(parsed.problems.length).toBeGreaterThan(0);
          expect(parsed.problems.length).toBeLessThanOrEqual(101);
          for (const { message } of parsed.problems) expect(message.length).toBeGreaterThan(5);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the same bytes give the same answer, and what is taken is taken again', () => {
    fc.assert(
      fc.property(anyTask, value => {
        const data = Buffer.from(JSON.stringify(value));
        const first = parseTask(data, context);
        expect(parseTask(data, context)).toEqual(first);
        if (!first.ok) return;
        const again = parseTask(Buffer.from(JSON.stringify({ ...first.task, task_id: 't' })), context);
        expect(again).toMatchObject({ ok: true, task: first.task });
      }),
      { numRuns: 150 },
    );
  });

  test('no task reaches a prototype', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).toSorted();
    const evil = fc.constantFrom('__proto__', 'constructor', 'prototype');
    fc.assert(
      fc.property(fc.constantFrom(...taskParameters), evil, anyJson, (parameter, key, value) => {
        const text = `{"task_id": "t", "image": "busybox", "${parameter}": {"${key}": ${JSON.stringify(value)}}}`;
        const parsed = parseTask(Buffer.from(text), context);
        expect(parsed.ok).toBe(false);
        const paths = parsed.ok ? [] : parsed.problems.map(problem => problem.path);
        expect(paths).toContain(`${parameter}.${key}`);
      }),
    );
    expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(before);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test('no value is ever repeated in a problem', () => {
    const secret = 'g3h31m-Sch1ü55el';
    const place = fc.constantFrom<(value: unknown) => Record<string, unknown>>(
      value => ({ env_vars: { A: [value] } }),
      value => ({ env_vars: [{ name: 'A', value: { a: value } }] }),
      value => ({ env_vars: [{ name: value }] }),
      value => ({ env_vars: value }),
      value => ({ arguments: { a: value } }),
      value => ({ image: value, namespace: value, service_account_name: value }),
      value => ({ labels: { a: value }, task_id: value, run_id: value, name: value }),
      value => ({ volumes: [{ name: value }], volume_mounts: [{ name: value, mountPath: `:${value}` }] }),
      value => ({ init_containers: [{ name: value, image: value, env: [{ name: 'A', value: [value] }] }] }),
      value => ({ container_logs: value, image_pull_policy: value, logical_date: value, map_index: value }),
      value => ({ container_resources: { limits: { cpu: value } } }),
    );
    fc.assert(
      fc.property(place, fc.constantFrom('', '\n', ' '), (make, end) => {
        const parsed = parseTask(
          Buffer.from(JSON.stringify({ task_id: 't', image: 'x', ...make(`${secret}${end}`) })),
          context,
        );
        expect(JSON.stringify(parsed.ok ? [] : parsed.problems)).not.toContain('g3h31m');
      }),
    );
  });

  test('a secret in a text that is not JSON is not repeated', () => {
    fc.assert(
      fc.property(fc.nat(40), at => {
        const text = '{"env_vars": {"TOKEN": "g3h31m g3h31m g3h31m"}}';
        const parsed = parseTask(Buffer.from(`${text.slice(0, at)}"${text.slice(at)}`), context);
        expect(JSON.stringify(parsed)).not.toContain('g3h31m');
      }),
    );
  });
});
