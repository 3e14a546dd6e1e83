import type { RequestFault, StreamFault } from '../../proxy/faults.ts';
import type { Choices } from '../tasks/choices.ts';
import type { Action, Channel, PushFault, ServiceName } from './actions.ts';

type Some<T> = readonly [T, ...T[]];

/** A kind of action, and how often a minute it happens. */
export interface Rate {
  label: string;
  perMinute: number;
  make: (choices: Choices) => Action;
}

const manyInstances = 1_000_000;
const draw = (choices: Choices): number => choices.between(0, manyInstances);

const storageWrites: Readonly<Record<ServiceName, Some<string>>> = {
  // Twice: what every launch writes.
  launch: [
    'write marker',
    'write marker',
    'write launch.json',
    'write launch.json',
    'write outcome.json',
    'write cancel.json',
    'write rejected',
  ],
  watch: [
    'write lease',
    'write pod.json',
    'write running.json',
    'write stop.json',
    'write segment',
    'compose log',
    'write return.json',
    'write outcome.json',
    'write pod.final.json',
    'write marker',
    'delete marker',
    'delete lease',
  ],
};
const storageReads: Some<string> = [
  'list',
  'read launch.json',
  'read outcome.json',
  'read lease',
  'read segment',
  'read pod.json',
];
const podRequests: Readonly<Record<ServiceName, Some<string>>> = {
  launch: ['create Pod', 'read Pod', 'list events', 'delete Pod'],
  watch: ['list Pods', 'watch Pods', 'read Pod', 'delete Pod', 'follow log', 'read log', 'list events'],
};

const writeFaults: Some<(choices: Choices) => RequestFault> = [
  () => ({ kind: 'twice' }),
  () => ({ kind: 'lose answer' }),
  () => ({ kind: 'reset' }),
  () => ({ kind: 'answer', status: 429 }),
  () => ({ kind: 'answer', status: 503 }),
  choices => ({ kind: 'slow', ms: choices.between(500, 8_000) }),
  () => ({ kind: 'stall' }),
];
const readFaults: Some<(choices: Choices) => RequestFault> = [
  () => ({ kind: 'reset' }),
  () => ({ kind: 'answer', status: 429 }),
  () => ({ kind: 'answer', status: 503 }),
  choices => ({ kind: 'slow', ms: choices.between(500, 8_000) }),
  choices => ({ kind: 'cut', afterBytes: choices.between(1, 400) }),
];
const podFaults: Some<(choices: Choices) => RequestFault> = [
  () => ({ kind: 'answer', status: 429 }),
  () => ({ kind: 'answer', status: 500 }),
  () => ({ kind: 'answer', status: 503 }),
  () => ({ kind: 'answer', status: 401 }),
  () => ({ kind: 'reset' }),
  () => ({ kind: 'lose answer' }),
  () => ({ kind: 'twice' }),
  () => ({ kind: 'stall' }),
  choices => ({ kind: 'slow', ms: choices.between(200, 5_000) }),
  choices => ({ kind: 'cut', afterBytes: choices.between(1, 4_000) }),
];
const pushFaults: Some<(choices: Choices) => PushFault> = [
  () => ({ kind: 'duplicate' }),
  choices => ({ kind: 'late', ms: choices.between(3_000, 45_000) }),
  choices => ({ kind: 'delay', ms: choices.between(500, 15_000) }),
  () => ({ kind: 'lose answer' }),
  () => ({ kind: 'refuse' }),
];

/** The requests of both functions, of which launch makes the less. */
function request(
  channel: Channel,
  requests: Readonly<Record<ServiceName, Some<string>>>,
  faults: Some<(choices: Choices) => RequestFault>,
): Rate['make'] {
  return choices => {
    const service = choices.oneOf(['launch', 'watch', 'watch'] as const);
    const fault = choices.oneOf(faults)(choices);
    return { do: 'request', channel, service, request: choices.oneOf(requests[service]), fault };
  };
}

const both = (requests: Some<string>) => ({ launch: requests, watch: requests });

/** All faults but deaths at points, restarts of servers and the number of instances, which have their own order. */
export const rates: readonly Rate[] = [
  { label: 'storage write', perMinute: 40, make: request('storage', storageWrites, writeFaults) },
  { label: 'storage read', perMinute: 12, make: request('storage', both(storageReads), readFaults) },
  { label: 'kubernetes', perMinute: 30, make: request('kubernetes', podRequests, podFaults) },
  { label: 'pubsub', perMinute: 12, make: request('pubsub', both(['publish']), writeFaults) },
  {
    label: 'stream',
    perMinute: 10,
    make: choices => ({
      do: 'stream',
      service: 'watch',
      request: choices.oneOf(['watch Pods', 'follow log', 'follow log']),
      fault: choices.oneOf<StreamFault>(['cut', 'fall silent', 'cut']),
      draw: draw(choices),
    }),
  },
  {
    label: '410',
    perMinute: 3,
    make: choices => ({
      do: 'stream',
      service: 'watch',
      request: 'watch Pods',
      fault: 'expire',
      draw: draw(choices),
    }),
  },
  {
    label: 'push',
    perMinute: 40,
    make: choices => ({
      do: 'push',
      service: choices.oneOf(['launch', 'launch', 'watch']),
      fault: choices.oneOf(pushFaults)(choices),
    }),
  },
  {
    label: 'push and kill',
    perMinute: 4,
    make: choices => ({
      do: 'push',
      service: choices.oneOf(['launch', 'watch']),
      fault: { kind: 'kill', afterMs: choices.between(0, 400) },
    }),
  },
  {
    label: 'kill',
    perMinute: 4,
    make: choices => ({ do: 'kill', service: choices.oneOf(['launch', 'watch']), draw: draw(choices) }),
  },
  {
    label: 'terminate',
    perMinute: 2,
    make: choices => ({
      do: 'terminate',
      service: choices.oneOf(['launch', 'watch', 'watch']),
      draw: draw(choices),
    }),
  },
  {
    label: 'lease',
    perMinute: 4,
    make: choices => ({ do: 'lease', how: choices.oneOf(['delete', 'overwrite']), draw: draw(choices) }),
  },
  {
    label: 'delete Pod',
    perMinute: 3,
    make: choices => ({ do: 'delete Pod', draw: draw(choices), graceSeconds: choices.oneOf([0, 0, 5]) }),
  },
  { label: 'tokens', perMinute: 1, make: () => ({ do: 'end tokens' }) },
];
