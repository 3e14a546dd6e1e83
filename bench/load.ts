import { ensureFakeNode } from '../test/cluster/support/fake-node.ts';
import { loadFindings } from './support/load-findings.ts';
import { loadRecord, writeRecords } from './support/load-record.ts';
import { type LoadFigures, runLoad, type Variant, variants } from './support/load-run.ts';
import { callsAtOnce } from './support/load-send.ts';
import { startOwnStorage } from './support/own-storage.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { parseCounts } from './support/series.ts';

const notes: Readonly<Record<Variant, string>> = {
  held: `published at once; no Pod is bound to a node before all are there`,
  flowing: `published at once; Pods run and end while others are launched`,
  pushed: `pushed to launch, ${callsAtOnce} at a time; Pods run and end while others are launched`,
};

await runBench('load', 30, measure, {
  tasks: { type: 'string', default: '10,100,1000' },
  variant: { type: 'string', default: 'held' },
  figures: { type: 'string' },
  profile: { type: 'string' },
  'own-storage': { type: 'boolean', default: false },
});

/**
 * So many tasks at once, each number in a deployment of its own with one launch and one watch process. Their Pods are on a node
 * with the label type=fake and the taint fake:NoSchedule, which runs no containers. `--figures FILE` adds what was found to a file, `--profile FOLDER`
 * keeps CPU profiles of the functions, `--own-storage` takes the project's own storage server, whose cost does not grow.
 */
async function measure(context: BenchContext): Promise<Findings> {
  const { tasks, figures: file, profile } = context.options;
  const variant = variants.find(name => name === context.options.variant);
  if (variant === undefined) throw new Error(`--variant is one of ${variants.join(', ')}`);
  const counts = parseCounts(tasks);
  await ensureFakeNode();
  const own = context.options['own-storage'] === true ? await startOwnStorage() : undefined;
  // What follows takes the servers from the environment.
  if (own !== undefined) process.env.STORAGE_EMULATOR_HOST = own.url;
  const figures: LoadFigures[] = [];
  try {
    for (const count of counts) {
      context.check();
      const options = { tasks: count, variant, ...(typeof profile === 'string' ? { profile } : {}) };
      figures.push(await runLoad(options, context));
      const records = figures.map(found => loadRecord(found, own !== undefined, Date.now()));
      if (typeof file === 'string') await writeRecords(file, records);
    }
  } finally {
    await own?.close();
  }
  return loadFindings(figures, [
    notes[variant],
    own === undefined ? 'storage: STORAGE_EMULATOR_HOST' : 'storage: local/storage, in a process of its own',
    `bare POSTs by ${callsAtOnce} connections`,
    'a Pod runs 0.5 s after it is bound to the node, and ends 3 to 9 s later',
    'a bare POST is of the same Pod, by a client that does nothing else, to the same server, whose Pods run and end as well',
    'a bare launch is a push, two creates, the POST and two publishes, by a client that does nothing else and checks nothing',
    'watch works while launch does, on the same machine, which also runs the cluster, Pub/Sub and storage',
  ]);
}
