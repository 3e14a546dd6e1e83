import { fakeCancelledTask, fakeTask, rejectedTask, unplacedTask, unstartedTask } from './bare-tasks.ts';
import type { ChaosTask, Stray } from './chaos-task.ts';
import { type Choices, makeChoices } from './choices.ts';
import { type RealKind, realKinds, realTask } from './real-tasks.ts';
import { strayMessage } from './strays.ts';

export type { ChaosTask } from './chaos-task.ts';

/** What of the mix can be chosen. */
export interface PlanOptions {
  /** Of the tasks that end by their own work, the share that runs on a real node, 0 to 1; with 0 no task does. Default 0.15. */
  realShare?: number;
}

/** What a run publishes, both in the order in which they are to be published. */
export interface ChaosPlan {
  tasks: ChaosTask[];
  /** Messages that name no run. */
  strays: Stray[];
}

/** A kind of message. */
type Kind = RealKind | 'fake' | 'rejected' | 'stray' | 'no-node' | 'no-start' | 'fake-cancelled';

/** Messages that do not end by their own work: their share of all, and their kinds, which come in turn. */
const fated: readonly { share: number; kinds: readonly Kind[] }[] = [
  { share: 0.02, kinds: ['rejected', 'stray'] },
  { share: 0.03, kinds: ['fake-cancelled', 'cancelled', 'cancelled-again'] },
  { share: 0.02, kinds: ['no-node', 'no-start', 'too-long'] },
];
const withContainers: readonly Kind[] = ['no-start', 'too-long', 'cancelled', 'cancelled-again'];
/** So many messages have one of each of these kinds at least; fewer have fewer. */
const messagesPerKind = 25;

/** One id of a deployment in five is one that object names have to encode. */
const dagIds = ['chaos', 'chaos', 'chaos', 'chaos', 'Größe (a) 1/2%'] as const;

/**
 * planTasks gives the messages of a seed: `count` tasks and strays together. Every kind comes in turn, so that few tasks are of many
 * kinds. The same arguments give the same messages, to the byte.
 */
export function planTasks(seed: number, count: number, { realShare = 0.15 }: PlanOptions = {}): ChaosPlan {
  const choices = makeChoices(seed, 'plan');
  const ended = fated.flatMap(({ share, kinds: all }) => {
    const kinds = all.filter(kind => realShare > 0 || !withContainers.includes(kind));
    const least = Math.min(kinds.length, Math.floor(count / messagesPerKind));
    return inTurn(choices, kinds, Math.max(least, Math.round(count * share)));
  });
  const rest = count - ended.length;
  const real = inTurn(choices, realKinds, Math.min(rest, Math.round(rest * realShare)));
  const fake = Array.from({ length: rest - real.length }, () => 'fake' as const);
  const places = choices.shuffled<Kind>([...ended, ...real, ...fake]);
  const strays: Stray[] = [];
  const tasks = places.flatMap((kind, index) => {
    const number = index + 1;
    if (kind === 'stray') {
      strays.push(strayMessage(number, makeChoices(seed, 'stray', number)));
      return [];
    }
    const runKey = {
      dagId: choices.oneOf(dagIds),
      runId: `seed-${seed}`,
      taskId: `${kind}-${String(number).padStart(4, '0')}`,
    };
    return [taskOf(kind, runKey, makeChoices(seed, 'task', runKey.taskId))];
  });
  return { tasks, strays };
}

/** taskOf makes a task of a kind; all that is chosen in it comes from `choices`. */
export function taskOf(
  kind: Exclude<Kind, 'stray'>,
  runKey: Pick<ChaosTask, 'dagId' | 'runId' | 'taskId'>,
  choices: Choices,
): ChaosTask {
  switch (kind) {
    case 'fake':
      return fakeTask(runKey);
    case 'fake-cancelled':
      return fakeCancelledTask(runKey, choices);
    case 'rejected':
      return rejectedTask(runKey, choices);
    case 'no-node':
      return unplacedTask(runKey, choices);
    case 'no-start':
      return unstartedTask(runKey, choices);
    default:
      return realTask(kind, runKey, choices);
  }
}

/** Each kind comes once before one comes again. */
function inTurn<T>(choices: Choices, kinds: readonly T[], count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) taken.push(...choices.shuffled(kinds));
  return taken.slice(0, count);
}
