import { planted } from '../../secrets/planted.ts';
import type { Stray } from './chaos-task.ts';
import type { Choices } from './choices.ts';

const task = { image: 'busybox:1.35', env_vars: { PLANTED: planted.envValue } };

/** Ways not to name a run. */
const makers: readonly [Maker, ...Maker[]] = [
  number => ({ kind: 'no JSON', data: Buffer.from(`task ${number}, please: ${planted.envValue}`) }),
  number => ({ kind: 'JSON that is cut', data: Buffer.from(`{"task_id": "stray-${number}`) }),
  number => ({ kind: 'not UTF-8', data: Buffer.from([0xff, 0xfe, number % 256]) }),
  number => ({ kind: 'no task_id', data: json({ ...task, run_id: `stray-${number}` }) }),
  number => ({ kind: 'a list', data: json([{ ...task, task_id: `stray-${number}` }]) }),
  number => ({
    kind: 'task_id twice',
    data: Buffer.from(`{"task_id": "stray-${number}", "task_id": "stray-${number + 1}"}`),
  }),
  number => ({ kind: 'a wish that nobody knows', data: json({ kind: 'stop', task_id: `stray-${number}` }) }),
  () => ({ kind: 'a cancellation of no run', data: json({ kind: 'cancel' }) }),
];
type Maker = (number: number) => Stray;

/** strayMessage makes a message that names no run. */
export function strayMessage(number: number, choices: Choices): Stray {
  return choices.oneOf(makers)(number);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
