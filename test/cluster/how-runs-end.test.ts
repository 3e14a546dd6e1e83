import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { Attempt } from '../../shared/run.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { type FaultyRegistry, registryComesBack, startFaultyRegistry } from './support/faulty-registry.ts';
import { expectNoPod, firstAttempt, logLines, shellTask } from './support/run-task.ts';

let deployment: Deployment;
let full: Deployment;
let registry: FaultyRegistry;

beforeAll(async () => {
  [deployment, full, registry] = await Promise.all([
    startDeployment(),
    startDeployment(),
    startFaultyRegistry(),
  ]);
  await full.namespace.setQuota({ pods: '0' });
  await Promise.all([deployment.startAll(), full.startAll()]);
});
afterAll(() => Promise.all([deployment.stop(), full.stop(), registry.cleanUp()]));

/** A task, how it must end, and what of its log must be kept. */
interface Case {
  taskId: string;
  script: string;
  more?: object;
  expected: object;
  /** Default: no log. */
  log?: string[];
  /** The outcome's time after the claim, in seconds. */
  endsWithin?: number;
  /** Done once the task is published. */
  meanwhile?: (attempt: Attempt) => Promise<void>;
  /** Default: the one that has room. */
  at?: () => Deployment;
}

const sleepers = 'echo began; sleep 300 & wait';
const polite = 'trap "sleep 1; echo bye; exit 0" TERM; echo began; sleep 300 & wait';
const secretEnv = (name: string) => ({
  env_vars: [{ name: 'A', valueFrom: { secretKeyRef: { name, key: 'k' } } }],
});
const inVolume = (source: object) => ({
  volumes: [{ name: 'v', ...source }],
  volume_mounts: [{ name: 'v', mountPath: '/v' }],
});
const beside = (script: string) => ({
  pod_template_dict: {
    spec: {
      containers: [
        { name: 'base' },
        { name: 'uploader', image: 'busybox:1.35', command: ['sh', '-c', script] },
      ],
    },
  },
});

async function createSecretAfter(seconds: number, name: string): Promise<void> {
  await sleep(seconds * 1_000);
  await deployment.namespace.createSecret(name, { k: 'v' });
}

/** Deletes the attempt's Pod once its container has printed something. */
async function deleteWhenRunning(attempt: Attempt): Promise<void> {
  await deployment.waitForObject(attemptObjects(attempt).running, 60_000);
  const pods = await deployment.namespace.pods();
  const pod = pods.find(({ metadata }) => metadata?.labels?.task_id === attempt.taskId);
  await deployment.namespace.deletePod(pod?.metadata?.name ?? '', 1);
}

const cases: Case[] = [
  {
    taskId: 'exit-3',
    script: 'echo broken; exit 3',
    expected: { state: 'failed', reason: 'exit_code', class: 'user', exit_code: 3 },
    log: ['broken'],
  },
  {
    taskId: 'kill-9',
    // Kubernetes makes one $ of $$. No runtime keeps the order between the two outputs, so the shell's word is left out.
    script: "echo shot; exec 2>/dev/null; sh -c 'kill -9 $$$$'; exit $?",
    expected: { state: 'failed', reason: 'killed_by_signal', class: 'user', exit_code: 137 },
    log: ['shot'],
  },
  {
    taskId: 'out-of-memory',
    script: 'echo hungry; exec tail /dev/zero',
    more: { container_resources: { limits: { memory: '24Mi' } } },
    expected: { state: 'failed', reason: 'oom_killed', class: 'user', exit_code: 137 },
    log: ['hungry'],
  },
  {
    taskId: 'no-image',
    script: '',
    more: { image: 'lab.test/no-such-image:1', image_pull_policy: 'Always' },
    expected: { state: 'failed', reason: 'image_not_found', class: 'config', exit_code: null },
    endsWithin: 40,
  },
  {
    taskId: 'no-right-to-image',
    script: '',
    more: { image: 'REGISTRY/answers-403/x:1', image_pull_policy: 'Always' },
    expected: { state: 'failed', reason: 'image_not_allowed', class: 'config', exit_code: null },
    endsWithin: 40,
  },
  {
    taskId: 'no-command',
    script: '',
    more: { cmds: ['no-such-command'] },
    expected: { state: 'failed', reason: 'start_error', class: 'config', exit_code: 128 },
    log: [],
  },
  {
    taskId: 'no-secret',
    script: '',
    more: secretEnv('none'),
    expected: { state: 'failed', reason: 'secret_missing', class: 'config', exit_code: null },
    // 10.5 to 15 s after it was seen to be missing, or 17.5 s when nobody tells that the kubelet has looked again.
    endsWithin: 30,
  },
  {
    taskId: 'no-volume-secret',
    script: '',
    more: inVolume({ secret: { secretName: 'none' } }),
    expected: {
      state: 'failed',
      reason: 'secret_missing',
      class: 'config',
      exit_code: null,
      summary: 'The secret "none" does not exist.',
    },
    endsWithin: 30,
  },
  {
    taskId: 'no-volume-key',
    script: '',
    more: inVolume({ configMap: { name: 'kube-root-ca.crt', items: [{ key: 'none', path: 'x' }] } }),
    expected: { state: 'failed', reason: 'key_missing', class: 'config', exit_code: null },
    endsWithin: 30,
  },
  {
    taskId: 'late-volume',
    script: 'cat /v/k',
    more: inVolume({ configMap: { name: 'late' } }),
    meanwhile: async () => {
      await sleep(8_000);
      await deployment.namespace.createConfigMap('late', { k: 'came\n' });
    },
    expected: { state: 'success', reason: 'completed', class: 'none', exit_code: 0 },
    log: ['came'],
  },
  {
    taskId: 'late-secret',
    script: 'echo $A',
    more: secretEnv('late'),
    meanwhile: () => createSecretAfter(8, 'late'),
    expected: { state: 'success', reason: 'completed', class: 'none', exit_code: 0 },
    log: ['v'],
  },
  {
    taskId: 'no-node',
    script: '',
    more: { container_resources: { requests: { cpu: '5000' } }, schedule_timeout_seconds: 5 },
    expected: {
      state: 'failed',
      reason: 'unschedulable',
      class: 'capacity',
      exit_code: null,
      summary: 'Pod took too long to be scheduled on the cluster, giving up. More than 5s.',
      detail: expect.stringContaining('Insufficient cpu'),
    },
  },
  {
    taskId: 'active-deadline',
    script: sleepers,
    more: { active_deadline_seconds: 5, termination_grace_period: 1 },
    expected: { state: 'failed', reason: 'deadline_exceeded', class: 'user', exit_code: 137 },
    log: ['began'],
  },
  {
    taskId: 'execution-timeout',
    script: polite,
    more: { execution_timeout_seconds: 5 },
    expected: { state: 'failed', reason: 'execution_timeout', class: 'user', exit_code: 0 },
    log: ['began', 'bye'],
  },
  {
    taskId: 'total-timeout',
    script: polite,
    more: { total_timeout_seconds: 8 },
    expected: { state: 'failed', reason: 'total_timeout', class: 'user', exit_code: 0 },
    log: ['began', 'bye'],
  },
  {
    taskId: 'deaf-at-its-timeout',
    script: sleepers,
    more: { execution_timeout_seconds: 3, termination_grace_period: 2 },
    expected: { state: 'failed', reason: 'execution_timeout', class: 'user', exit_code: 137 },
    log: ['began'],
  },
  {
    taskId: 'start-deadline',
    script: '',
    more: {
      init_containers: [{ name: 'slow', image: 'busybox:1.35', command: ['sleep', '300'] }],
      startup_timeout_seconds: 5,
      termination_grace_period: 1,
    },
    expected: {
      state: 'failed',
      reason: 'start_timeout',
      class: 'config',
      exit_code: null,
      summary: 'Pod took too long to start. More than 5s.',
    },
  },
  ...(registryComesBack
    ? [
        {
          taskId: 'registry-comes-back',
          script: 'echo pulled',
          more: { image: 'REGISTRY/answers-503-for-8s/busybox:1.35', image_pull_policy: 'Always' },
          expected: { state: 'success', reason: 'completed', class: 'none', exit_code: 0 },
          log: ['pulled'],
        },
      ]
    : []),
  {
    taskId: 'unreachable-registry',
    script: '',
    more: { image: 'REGISTRY/answers-503/x:1', image_pull_policy: 'Always', startup_timeout_seconds: 8 },
    expected: {
      state: 'failed',
      reason: 'registry_unavailable',
      class: 'infrastructure',
      exit_code: null,
      summary: 'Pod took too long to start. More than 8s.',
    },
  },
  {
    taskId: 'deleted',
    script: sleepers,
    meanwhile: deleteWhenRunning,
    expected: { state: 'failed', reason: 'pod_deleted', class: 'cancelled', exit_code: 137 },
    log: ['began'],
  },
  {
    taskId: 'full-quota',
    script: '',
    more: { schedule_timeout_seconds: 3 },
    at: () => full,
    expected: { state: 'failed', reason: 'quota_exceeded', class: 'capacity', exit_code: null },
  },
  {
    taskId: 'init-fails',
    script: '',
    more: {
      init_containers: [
        { name: 'fetch', image: 'busybox:1.35', command: ['sh', '-c', 'echo no route; exit 7'] },
      ],
      init_container_logs: true,
    },
    expected: {
      state: 'failed',
      reason: 'init_container_failed',
      class: 'user',
      exit_code: 7,
      last_lines: { container: 'fetch', lines: ['no route'] },
    },
  },
  {
    taskId: 'skipped',
    script: 'echo nothing to do; exit 42',
    more: { skip_on_exit_code: 42 },
    expected: {
      state: 'skipped',
      reason: 'skipped_by_exit_code',
      class: 'none',
      exit_code: 42,
      summary: expect.stringMatching(/^Pod skipped-\w+ returned exit code 42\. Skipping\.$/),
    },
    log: ['nothing to do'],
  },
  {
    taskId: 'other-container-fails',
    script: 'echo fine',
    more: beside('sleep 2; exit 4'),
    expected: {
      state: 'failed',
      reason: 'extra_container_failed',
      class: 'user',
      exit_code: 0,
      summary: expect.stringContaining('the container uploader exited with code 4'),
    },
    log: ['fine'],
  },
  {
    taskId: 'proxy-never-ends',
    script: 'echo fine',
    more: {
      pod_template_dict: {
        spec: {
          containers: [
            { name: 'base' },
            { name: 'istio-proxy', image: 'busybox:1.35', command: ['sleep', '300'] },
          ],
        },
      },
    },
    expected: { state: 'success', reason: 'completed', class: 'none', exit_code: 0 },
    log: ['fine'],
  },
];

async function run({ taskId, script, more = {}, meanwhile, at }: Case): Promise<[Attempt, Outcome]> {
  const where = at?.() ?? deployment;
  const attempt = firstAttempt(taskId);
  const text = JSON.stringify(shellTask(taskId, script, more)).replaceAll('REGISTRY', registry.host);
  await where.publishTask(text);
  const [outcome] = await Promise.all([where.waitForOutcome(attempt, 80_000), meanwhile?.(attempt)]);
  return [attempt, outcome];
}

function secondsOf({ queued_at, ended_at }: Outcome): number {
  return (Date.parse(ended_at ?? '') - Date.parse(queued_at ?? '')) / 1_000;
}

describe.concurrent('a run ends, for a real cause', () => {
  test.each(cases)('$taskId', async one => {
    const [attempt, outcome] = await run(one);
    const where = one.at?.() ?? deployment;
    expect(outcome).toMatchObject(one.expected);
    const log = await where.readLog(attempt, 'base');
    expect(log === undefined ? undefined : logLines(log)).toEqual(one.log);
    if (one.endsWithin !== undefined) expect(secondsOf(outcome)).toBeLessThan(one.endsWithin);
    if (outcome.state === 'failed' && outcome.pod !== null) {
      // Who reads a failed run needs nothing else.
      const shown = JSON.parse((await where.bucket.read(outcome.pod_final ?? ''))?.toString() ?? '{}');
      expect(shown.pod.metadata.uid).toBe(outcome.pod?.uid);
      expect(outcome.action).not.toBe('');
      if (one.log?.length) expect(outcome.last_lines).toEqual({ container: 'base', lines: one.log });
      expect(outcome.pod_events?.length).toBeGreaterThan(0);
    }
    await expectNoPod(where, one.taskId);
  });
});

test('a secret that appears after 20 s comes too late, but for a retry', async () => {
  const more = secretEnv('after-20');
  const retries = { ...more, retries: 1, retry_delay_seconds: 10 };
  await deployment.publishTask(shellTask('once', 'echo $A', more));
  await deployment.publishTask(shellTask('twice', 'echo $A', retries));
  await createSecretAfter(20, 'after-20');
  const missed = { state: 'failed', reason: 'secret_missing', class: 'config', exit_code: null };
  const once = await deployment.waitForOutcome(firstAttempt('once'), 20_000);
  expect(once).toMatchObject(missed);
  expect(secondsOf(once)).toBeLessThan(20);
  const first = firstAttempt('twice');
  expect(await deployment.waitForOutcome(first, 20_000)).toMatchObject({
    ...missed,
    retry: { try_number: 2, budget: 'user' },
  });
  const second = { ...first, tryNumber: 2 };
  expect(await deployment.waitForOutcome(second, 60_000)).toMatchObject({ state: 'success', exit_code: 0 });
  expect(logLines((await deployment.readLog(second, 'base')) ?? '')).toEqual(['v']);
  expect(await deployment.readLog(first, 'base')).toBeUndefined();
  for (const taskId of ['once', 'twice']) await expectNoPod(deployment, taskId);
});

test('a quota that has room again after the schedule deadline: a retry runs', async () => {
  const more = { schedule_timeout_seconds: 3, retries: 1, retry_delay_seconds: 5 };
  await full.publishTask(shellTask('crowded', 'echo in', more));
  const first = firstAttempt('crowded');
  expect(await full.waitForOutcome(first, 60_000)).toMatchObject({
    state: 'failed',
    reason: 'quota_exceeded',
    exit_code: null,
    pod: null,
    retry: { try_number: 2, budget: 'user' },
  });
  await full.namespace.liftQuota();
  const second = { ...first, tryNumber: 2 };
  expect(await full.waitForOutcome(second, 90_000)).toMatchObject({ state: 'success', exit_code: 0 });
  expect(logLines((await full.readLog(second, 'base')) ?? '')).toEqual(['in']);
  await expectNoPod(full, 'crowded');
});
