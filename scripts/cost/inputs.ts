/** A number that the cost model computes with. */
export interface Input {
  value: number;
  unit: string;
  /** Where it is from. */
  source: string;
}

const run = 'cloud.google.com/run/pricing, request-based billing, tier 1';
const storage = 'cloud.google.com/storage/pricing, standard, us-central1';
const measured = 'bench/usage.ts';
const composer =
  'public notes say 300 to 400 for the smallest Composer 3 environment that works; Google’s price is 0.06 a DCU-hour';

/** List prices in US dollars of us-central1, read in November 2026, without free tiers; what a deployment is made of; what was measured. */
export const inputs = {
  vcpu_second: { value: 0.000024, unit: 'USD', source: run },
  gib_second: { value: 0.0000025, unit: 'USD', source: run },
  million_requests: { value: 0.4, unit: 'USD', source: run },
  pubsub_tib: { value: 40, unit: 'USD', source: 'cloud.google.com/pubsub/pricing' },
  pubsub_request_bytes: {
    value: 1_000,
    unit: 'bytes',
    source: 'the same: the least that a publish or a push counts; ours are smaller',
  },
  class_a_thousand: { value: 0.005, unit: 'USD', source: storage },
  class_b_thousand: { value: 0.0004, unit: 'USD', source: storage },
  storage_gb_month: { value: 0.02, unit: 'USD', source: storage },
  logging_gib: { value: 0.5, unit: 'USD', source: 'cloud.google.com/stackdriver/pricing' },
  scheduler_job_month: { value: 0.1, unit: 'USD', source: 'cloud.google.com/scheduler/pricing' },
  composer_month: { value: 300, unit: 'USD', source: composer },

  vcpu: { value: 1, unit: 'vCPU', source: 'size of an instance' },
  memory_gib: { value: 1, unit: 'GiB', source: 'size of an instance of watch; launch has half of it' },

  launch_seconds: {
    value: 0.3,
    unit: 's',
    source: `assumed; ${measured}: 0.14 s at a load of 14 on 2 cores, with storage on the same machine`,
  },
  turn_extra_seconds: {
    value: 2.5,
    unit: 's',
    source: `${measured}: a Turn of one task, without the time of its container`,
  },
  class_a_task: { value: 10, unit: 'calls', source: `${measured}: a task that has a Turn of its own` },
  class_b_task: { value: 4, unit: 'calls', source: measured },
  class_a_turn_hour: { value: 760, unit: 'calls', source: `${measured}: heartbeats and checkpoints` },
  bytes_task: { value: 6_700, unit: 'bytes', source: `${measured}: without a log worth mentioning` },
  pubsub_requests_task: {
    value: 7,
    unit: 'requests',
    source: `${measured}: 5 publishes (task, ticket, 3 events), 2 pushes; without subscribers to the events`,
  },
  record_bytes_task: {
    value: 4_000,
    unit: 'bytes',
    source: 'assumed: three records, and Cloud Run’s own of each request',
  },
  sweep_seconds: { value: 0.1, unit: 's', source: `${measured}, rounded up to 100 ms as Cloud Run does` },
  class_a_sweep: { value: 1, unit: 'calls', source: measured },
  record_bytes_sweep: { value: 1_500, unit: 'bytes', source: 'assumed: a record, and Cloud Run’s own' },
} as const satisfies Record<string, Input>;

export type InputName = keyof typeof inputs;
/** The values alone. */
export type Values = Record<InputName, number>;

/** defaultValues gives the value of every input. */
export function defaultValues(): Values {
  const entries = Object.entries(inputs).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(entries);
}
