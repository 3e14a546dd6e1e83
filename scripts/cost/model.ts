import type { Values } from './inputs.ts';

/** What is run. */
export interface Workload {
  tasks: number;
  /** How long the container of each runs. */
  seconds: number;
  /** How many run at the same time, on average while any runs. */
  parallel: number;
}

/** US dollars, by what they are paid for. */
export interface Cost {
  launch: number;
  watch: number;
  storage: number;
  pubsub: number;
  logging: number;
  scheduler: number;
}

/** Hours and minutes of a month as Google bills it. */
const hoursPerMonth = 730;
const sweepsPerMonth = hoursPerMonth * 60;

/** instanceSecond is what one instance costs for each second in which it handles a request, however many. */
export function instanceSecond(v: Values): number {
  return v.vcpu * v.vcpu_second + v.memory_gib * v.gib_second;
}

/**
 * costOfTasks is what a workload costs besides its Pods. A Turn holds one instance of watch while anything runs, so its time is shared by
 * the tasks that run at once; launch is taken as if no two requests shared an instance.
 */
export function costOfTasks({ tasks, seconds, parallel }: Workload, v: Values): Cost {
  const watchSeconds = (tasks * (seconds + v.turn_extra_seconds)) / parallel;
  const classA = tasks * v.class_a_task + (watchSeconds / 3_600) * v.class_a_turn_hour;
  const classB = tasks * v.class_b_task;
  const request = v.million_requests / 1_000_000;
  return {
    launch: tasks * (v.launch_seconds * instanceSecond(v) + request),
    watch: watchSeconds * instanceSecond(v) + tasks * request,
    storage: calls(classA, classB, v) + ((tasks * v.bytes_task) / 1e9) * v.storage_gb_month,
    pubsub: pubsub(tasks * v.pubsub_requests_task, v),
    logging: ((tasks * v.record_bytes_task) / 2 ** 30) * v.logging_gib,
    scheduler: 0,
  };
}

/** costOfIdleMonth is what a deployment costs in which nothing runs: a sweep each minute. */
export function costOfIdleMonth(v: Values): Cost {
  return {
    launch: 0,
    watch: sweepsPerMonth * (v.sweep_seconds * instanceSecond(v) + v.million_requests / 1_000_000),
    storage: calls(sweepsPerMonth * v.class_a_sweep, 0, v),
    pubsub: pubsub(sweepsPerMonth * 2, v),
    logging: ((sweepsPerMonth * v.record_bytes_sweep) / 2 ** 30) * v.logging_gib,
    scheduler: v.scheduler_job_month,
  };
}

/** total adds up. */
export function total(cost: Cost): number {
  return Object.values(cost).reduce((sum, part) => sum + part, 0);
}

function calls(classA: number, classB: number, v: Values): number {
  return (classA * v.class_a_thousand + classB * v.class_b_thousand) / 1_000;
}

function pubsub(requests: number, v: Values): number {
  return ((requests * v.pubsub_request_bytes) / 2 ** 40) * v.pubsub_tib;
}
