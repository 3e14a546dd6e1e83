import { describe, expect, test } from 'vitest';
import type { ApiFailure } from '../../../../shared/adapters/kubernetes/api.ts';
import { ForbiddenCalls } from '../../../../shared/adapters/kubernetes/forbidden-calls.ts';

const failure = (status: number): ApiFailure => ({
  status,
  reason: status === 403 ? 'Forbidden' : 'X',
  message: 'no',
  causes: [],
  retryAfterSeconds: undefined,
});

/** What happens to a kind of call at which second. */
type Step = [second: number, kind: string, answer: number | 'allowed', told?: 'outage' | 'refused'];

function follow(steps: Step[]): Step[] {
  let second = 0;
  const calls = new ForbiddenCalls({ monotonicMs: () => second * 1_000 });
  return steps.map(([at, kind, answer]) => {
    second = at;
    if (answer === 'allowed') {
      calls.allowed(kind);
      return [at, kind, answer];
    }
    const { code } = calls.errorOf(kind, failure(answer), 'x');
    return [at, kind, answer, code === 'kubernetes_unavailable' ? 'outage' : 'refused'];
  });
}

describe('a 403', () => {
  const cases: [name: string, steps: Step[]][] = [
    [
      'is an outage for ten seconds, then it is believed',
      [
        [0, 'get', 403, 'outage'],
        [5, 'get', 403, 'outage'],
        [9.9, 'get', 403, 'outage'],
        [10, 'get', 403, 'refused'],
        [11, 'get', 403, 'refused'],
      ],
    ],
    [
      'of a kind that has been allowed since is the first again',
      [
        [0, 'get', 403, 'outage'],
        [10, 'get', 403, 'refused'],
        [11, 'get', 'allowed'],
        [12, 'get', 403, 'outage'],
        [22, 'get', 403, 'refused'],
      ],
    ],
    [
      'of a kind that has been answered otherwise since is the first again',
      [
        [0, 'get', 403, 'outage'],
        [9, 'get', 422, 'refused'],
        [10, 'get', 403, 'outage'],
      ],
    ],
    [
      'is not about another kind',
      [
        [0, 'get', 403, 'outage'],
        [1, 'list', 'allowed'],
        [9, 'list', 403, 'outage'],
        [10, 'get', 403, 'refused'],
        [18, 'list', 403, 'outage'],
        [19, 'list', 403, 'refused'],
      ],
    ],
    [
      'is forgotten after five minutes without another one',
      [
        [0, 'get', 403, 'outage'],
        [299, 'get', 403, 'refused'],
        [598, 'get', 403, 'refused'],
        [898, 'get', 403, 'outage'],
      ],
    ],
  ];
  test.each(cases)('%s', (_, steps) => {
    expect(follow(steps)).toEqual(steps);
  });

  test('is told with what to do, whether it is believed or not', () => {
    let ms = 0;
    const calls = new ForbiddenCalls({ monotonicMs: () => ms });
    const told = () => {
      const { code, retryable, status, action, message } = calls.errorOf(
        'get',
        failure(403),
        'reading Pod a/b',
      );
      return { code, retryable, status, action, message };
    };
    const facts = {
      status: 403,
      action: 'Grant the function’s service account this verb in this namespace.',
      message: 'reading Pod a/b: the API server answered 403 Forbidden: no',
    };
    expect(told()).toEqual({ code: 'kubernetes_unavailable', retryable: true, ...facts });
    ms = 10_000;
    expect(told()).toEqual({ code: 'kubernetes_refused', retryable: false, ...facts });
  });
});
