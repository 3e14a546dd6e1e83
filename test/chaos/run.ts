import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clusterEnvironment, repository } from '../cluster/support/environment.ts';
import { buildForChaos } from './build/build-for-chaos.ts';
import { summary } from './report/summary.ts';
import { parseRuns, usage } from './run/parse-runs.ts';
import { runChaos } from './run/run-chaos.ts';

const asked = parseRuns(process.argv.slice(2));
if (asked === undefined) {
  console.error(usage);
  process.exit(2);
}
// So that what has to be mended at the end is mended: a server of the cluster may be down.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const { runs, report } = asked;
if (clusterEnvironment().lab === undefined)
  console.error('There is no lab here: the API server and etcd are not killed, and no audit log is read.');
const folder = join(repository, 'dist', '.chaos', `${process.pid}`);
const built = await buildForChaos(repository, folder);
const progress = (text: string): void => console.error(text);
const reports = await Promise.all(runs.map(run => runChaos({ ...run, built, folder, progress })));
if (report !== undefined) {
  await mkdir(dirname(report), { recursive: true });
  await writeFile(report, `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`);
}
for (const done of reports) console.log(summary(done));
const isClean = reports.every(({ violations }) => violations.length === 0);
// What the functions have printed stays for whoever looks for a cause.
if (isClean) await rm(folder, { recursive: true, force: true });
// What still waits, such as a push that was to come late, waits for nothing any more.
process.exit(isClean ? 0 : 1);
