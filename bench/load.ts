import { loadFindings } from './support/load-findings.ts';
import { loadRecord, writeRecords } from './support/load-record.ts';
import { type LoadFigures, runLoad, type Variant, variants } from './support/load-run.ts';
import { callsAtOnce } from './support/load-send.ts';
import { ensureFakeNode } from './support/load-servers.ts';
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
});

/**
 * So many tasks at once, each number in a deployment of its own with one launch and one watch process. Their Pods are on a node
 * with the label type=fake and the taint fake:NoSchedule, which runs no containers. `--figures FILE` adds what was found to a file.
 */
async function measure(context: BenchContext): Promise<Findings> {
  const { tasks, figures: file } = context.options;
  const variant = variants.find(name => name === context.options.variant);
  if (variant === undefined) throw new Error(`--variant is one of ${variants.join(', ')}`);
  const counts = parseCounts(tasks);
  await ensureFakeNode();
  const figures: LoadFigures[] = [];
  for (const count of counts) {
    context.check();
    figures.push(await runLoad({ tasks: count, variant }, context));
    if (typeof file === 'string')
      await writeRecords(
        file,
        figures.map(found => loadRecord(found, Date.now())),
      );
  }
  return loadFindings(figures, [
    notes[variant],
    `bare POSTs by ${callsAtOnce} connections`,
    'a Pod runs 0.5 s after it is bound to the node, and ends 3 to 9 s later',
    'a bare POST is of the same Pod, by a client that does nothing else, to the same server, whose Pods run and end as well',
    'a bare launch is a push, two creates, the POST and two publishes, by a client that does nothing else and checks nothing',
    'watch works while launch does, on the same machine, which also runs the cluster, Pub/Sub and storage',
  ]);
}
