import { describe, expect, test } from 'vitest';
import { type Claim, parseClaim, rejectedClaimSchema } from '../../shared/claim.ts';

const claim: Claim = {
  version: 1,
  message_id: '42',
  claimed_at: '2026-01-01T00:00:00.000Z',
  record: {
    version: 1,
    dag_id: 'd',
    run_id: 'r',
    task_id: 't',
    try_number: 1,
    scope: 'main-abc-0',
    queued_at: '2026-01-01T00:00:00.000Z',
    schedule_deadline_at: '2026-01-01T00:02:00.000Z',
    startup_timeout_seconds: 120,
    schedule_timeout_seconds: 120,
    base_container: 'base',
    log_containers: ['base'],
    xcom: null,
    on_finish_action: 'keep_pod',
  },
  pod: { cluster: 'kubeconfig', namespace: 'n', name: 't-abc' },
  task: { task_id: 't', image: 'busybox' },
};

describe('parseClaim', () => {
  test('gives back what was stored, the task as it was published', () => {
    expect(parseClaim(JSON.stringify(claim))).toEqual(claim);
  });

  test.each([
    ['no JSON', '', 'launch.json is not JSON'],
    ['another version', JSON.stringify({ ...claim, version: 2 }), 'launch.json is not valid: version: '],
    ['no Pod', JSON.stringify({ ...claim, pod: {} }), 'launch.json is not valid: pod.cluster: '],
    ['no record', JSON.stringify({ ...claim, record: null }), 'launch.json is not valid: record: '],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseClaim(text)).toThrow(
      expect.objectContaining({ code: 'invalid_document', message: expect.stringContaining(message) }),
    );
  });
});

test('a claim of a rejected task is not a claim to be continued, and the other way round', () => {
  const { version, message_id, claimed_at } = claim;
  const rejected = { version, message_id, claimed_at, rejected: true };
  expect(rejectedClaimSchema.safeParse(rejected).data).toEqual(rejected);
  expect(rejectedClaimSchema.safeParse(claim).success).toBe(false);
  expect(() => parseClaim(JSON.stringify(rejected))).toThrow('launch.json is not valid');
});
