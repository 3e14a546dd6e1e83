import type { ChaosReport } from './report.ts';

/** At most so many violations are told one by one. */
const maxTold = 50;

/** summary tells a person what a run has come to, and how it is repeated. */
export function summary(report: ChaosReport): string {
  const { violations, tasks, faults, found, processes, deliveries } = report;
  const { logs, results, events, posts } = found;
  const met = faults.reduce((sum, fault) => sum + fault.met, 0);
  const deaths = faults.filter(fault => fault.group === 'death' && fault.met > 0).length;
  return [
    `Seed ${report.seed}: ${tasks.real + tasks.fake + tasks.none} tasks, ${tasks.real} of them with containers, in ${report.duration_seconds} s; the last ${report.settled_seconds} s without faults.`,
    `  ${met} faults; deaths at ${deaths} points; ${processes.launch} processes of launch, ${processes.watch} of watch.`,
    `  ${found.attempts} attempts, ${posts.created} Pods, ${found.deletedFromOutside} of them deleted from outside. A message came at most ${deliveries.launch.most} times to launch, ${deliveries.watch.most} to watch; ${report.dead_letters} dead letters.`,
    `  ${Object.entries(found.ends)
      .map(([end, count]) => `${count} ${end}`)
      .join(', ')}.`,
    `  Compared: ${logs.compared} logs (${logs.bytes} bytes), ${results.compared} results (${results.bytes} bytes), ${events.different} events (${events.came} came).`,
    ...(report.audited ? [] : ['  Without an audit log nobody knows how many Pods an attempt had.']),
    violations.length === 0 ? '  Nothing was lost.' : `  VIOLATIONS: ${violations.length}`,
    ...violations.slice(0, maxTold).map(({ rule, subject, detail }) => `  - ${rule}: ${subject}: ${detail}`),
    ...(violations.length > 0 ? [`  Again: ${report.command}`] : []),
  ].join('\n');
}
