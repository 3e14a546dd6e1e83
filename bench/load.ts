import { loadFindings } from './support/load-findings.ts';
import { callsAtOnce, type LoadFigures, runLoad } from './support/load-run.ts';
import { ensureFakeNode } from './support/load-servers.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { parseCounts } from './support/series.ts';

await runBench('load', 30, measure, {
  tasks: { type: 'string', default: '10,100,1000' },
  direct: { type: 'boolean', default: false },
});

/**
 * So many tasks at once, each number in a deployment of its own with one launch and one watch process. Their Pods are on a node
 * with the label type=fake and the taint fake:NoSchedule, which runs no containers.
 */
async function measure(context: BenchContext): Promise<Findings> {
  const { tasks, direct } = context.options;
  const isDirect = direct === true;
  const counts = parseCounts(tasks);
  await ensureFakeNode();
  const figures: LoadFigures[] = [];
  for (const count of counts) {
    context.check();
    figures.push(await runLoad({ tasks: count, isDirect }, context));
  }
  return loadFindings(figures, [
    isDirect
      ? `pushed to launch, ${callsAtOnce} at a time; bare POSTs by ${callsAtOnce} connections`
      : `published at once, ${callsAtOnce} connections for the bare POSTs`,
    'a Pod runs as soon as it is there, and ends 3 to 9 s later',
    'a bare POST is of the same Pod, by a client that does nothing else, to the same server, whose Pods run and end as well',
    'watch works while launch does, on the same machine, which also runs the cluster, Pub/Sub and storage',
  ]);
}
