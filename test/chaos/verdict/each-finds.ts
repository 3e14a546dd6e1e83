import { describe, expect, test } from 'vitest';
import { idealEvidence } from './ideal-evidence.ts';
import { sampleStrays, sampleTasks } from './sample-tasks.ts';
import { Tamper } from './tamper.ts';
import { type Violation, verify } from './verify.ts';

/** What is planted in the evidence of which attempt, and the only thing that has to be found. */
export type Planted = [
  what: string,
  attempt: [taskId: string, tryNumber?: number],
  plant: (it: Tamper) => unknown,
  subject: string,
  detail: string | RegExp,
];

/** judge gives what is found when something is planted in the evidence of the sample tasks. */
export function judge([taskId, tryNumber]: Planted[1], plant: Planted[2]): Violation[] {
  const evidence = idealEvidence(sampleTasks, sampleStrays);
  plant(new Tamper(evidence, taskId, tryNumber));
  return verify(sampleTasks, evidence);
}

/** eachFinds makes the tests of one rule: each case is found by it, and by no other. */
export function eachFinds(rule: string, cases: Planted[]): void {
  describe(rule, () => {
    test.each(cases)('%s', (_, attempt, plant, subject, detail) => {
      const told = typeof detail === 'string' ? detail : expect.stringMatching(detail);
      expect(judge(attempt, plant)).toEqual([{ rule, subject, detail: told }]);
    });
  });
}
