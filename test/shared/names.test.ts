import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { podName, safeLabelValue, scopeName, shardOf, shortHash } from '../../shared/names.ts';
import { anyAttempt, anyRun, anyText } from './arbitrary.ts';

const attempt = { dagId: 'default', runId: '123', taskId: 'hello', tryNumber: 1 };
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

describe('shortHash', () => {
  test('is a fixed text of the wanted length', () => {
    expect(shortHash(['a', 'b'], 8)).toBe('etpnatel');
    expect(shortHash(['a', 'b'], 12)).toBe('etpnatelf5va');
    expect(shortHash(['ab'], 12)).not.toBe(shortHash(['a', 'b'], 12));
  });
});

describe('podName', () => {
  test.each([
    ['hello', 'hello-'],
    ['Hello World!', 'hello-world-'],
    ['a__b..c', 'a-b-c-'],
    ['--x--', 'x-'],
    ['日本', 'task-'],
    ['', 'task-'],
    ['n'.repeat(80), `${'n'.repeat(50)}-`],
    [`${'n'.repeat(49)}-tail`, `${'n'.repeat(49)}-`],
  ])('%j begins with %s', (readable, prefix) => {
    const name = podName(readable, attempt, 'bucket');
    expect(name).toBe(`${prefix}${name.slice(-12)}`);
    expect(name.slice(-12)).toMatch(/^[a-z2-7]{12}$/);
  });

  test('never changes', () => {
    expect(podName('hello', attempt, 'bucket')).toBe('hello-45wircqnfx5z');
    expect(podName('hello', { ...attempt, mapIndex: 0 }, 'bucket')).toBe('hello-7zqcolq5fzm4');
  });

  test.each([
    ['bucket', attempt, 'other'],
    ['dag', { ...attempt, dagId: 'x' }, 'bucket'],
    ['run', { ...attempt, runId: 'x' }, 'bucket'],
    ['task', { ...attempt, taskId: 'x' }, 'bucket'],
    ['try', { ...attempt, tryNumber: 2 }, 'bucket'],
    ['map index', { ...attempt, mapIndex: 0 }, 'bucket'],
    ['border between the parts', { ...attempt, dagId: 'default1', runId: '23' }, 'bucket'],
  ])('another %s gives another name', (_, other, bucket) => {
    expect(podName('hello', other, bucket)).not.toBe(podName('hello', attempt, 'bucket'));
  });

  test('is a DNS label of at most 63 characters, whatever the ids are', () => {
    fc.assert(
      fc.property(anyText(90), anyAttempt, (readable, any) => {
        expect(podName(readable, any, 'bucket')).toMatch(dnsLabel);
      }),
    );
  });
});

describe('shardOf', () => {
  test('never changes, and is 0 when there is one shard', () => {
    expect(shardOf(attempt, 64)).toBe(40);
    expect(shardOf({ ...attempt, mapIndex: 0 }, 64)).toBe(43);
    expect(shardOf(attempt, 1)).toBe(0);
  });

  test('is below the number of shards, and the same for every attempt of a run', () => {
    fc.assert(
      fc.property(anyRun, fc.integer({ min: 1, max: 64 }), (run, shards) => {
        const shard = shardOf(run, shards);
        expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
        expect(shardOf({ ...run, ...{ tryNumber: 5 } }, shards)).toBe(shard);
      }),
    );
  });

  test('spreads runs evenly', () => {
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4_000; i++) {
      const shard = shardOf({ ...attempt, runId: String(i) }, 4);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });
});

describe('scopeName', () => {
  test.each([
    ['kubeconfig', 'kubeconfig-'],
    ['projects/p/locations/l/clusters/main', 'main-'],
    ['projects/p/locations/l/clusters/Main_1', 'main-1-'],
    [`projects/p/locations/l/clusters/${'c'.repeat(60)}`, `${'c'.repeat(40)}-`],
    ['_odd', 'odd-'],
    ['', 'cluster-'],
    ['x/', 'cluster-'],
  ])('%j begins with %s and ends with the shard', (cluster, prefix) => {
    const name = scopeName(cluster, 'bucket', 3);
    expect(name).toMatch(/-[a-z2-7]{8}-3$/);
    expect(name.slice(0, -10)).toBe(prefix);
  });

  test('tells deployments and clusters of the same short name apart', () => {
    const names = [
      scopeName('projects/a/locations/l/clusters/main', 'bucket', 0),
      scopeName('projects/b/locations/l/clusters/main', 'bucket', 0),
      scopeName('projects/a/locations/l/clusters/main', 'other', 0),
      scopeName('projects/a/locations/l/clusters/main', 'bucket', 1),
    ];
    expect(new Set(names).size).toBe(4);
    expect(names[0]).toBe('main-hl74imkr-0');
  });

  test('is fit for a label value, whatever the cluster is called', () => {
    fc.assert(
      fc.property(anyText(60), fc.nat(63), (cluster, shard) => {
        expect(scopeName(cluster, 'bucket', shard)).toMatch(dnsLabel);
      }),
    );
  });
});

describe('safeLabelValue', () => {
  // Expected values of make_safe_label_value in apache-airflow-providers-cncf-kubernetes.
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['a_b-c.d', 'a_b-c.d'],
    ['x'.repeat(63), 'x'.repeat(63)],
    ['x'.repeat(64), `${'x'.repeat(53)}-c1bb4f81d`],
    ['manual__2026-01-01T00:00:00+00:00', 'manual__2026-01-01T0000000000-daff4c10d'],
    ['-lead', 'lead-7f113dd80'],
    ['trail_', 'trail-0fc596528'],
    ['._-lead', 'lead-fa8974b3a'],
    ['trail-_.', 'trail-44ac41949'],
    ['naïve', 'nave-63899c6b5'],
  ])('%j becomes %j', (text, expected) => {
    expect(safeLabelValue(text)).toBe(expected);
  });

  test('a text of nothing but unsafe characters is its hash alone, for a value must not begin with "-"', () => {
    expect(safeLabelValue('日本')).toMatch(/^[0-9a-f]{9}$/);
  });

  test('is a label value that tells texts apart, whatever the text', () => {
    fc.assert(
      fc.property(anyText(90), text => {
        const value = safeLabelValue(text);
        expect(value).toMatch(labelValue);
        if (value !== text) expect(value).toMatch(/(^|-)[0-9a-f]{9}$/);
      }),
    );
  });
});
