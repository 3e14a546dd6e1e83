import { describe, expect, test } from 'vitest';
import { runCli } from '../../cli/run.ts';
import type { Settings } from '../../cli/settings.ts';
import type { RunKey } from '../../shared/run.ts';
import { TestContext } from './test-context.ts';
import { outcomeOf, WrittenAttempt } from './written-attempt.ts';

const elsewhere = 'projects/p/locations/l/clusters/gpu';

/** A context that knows a default cluster, or none. */
class ClusterContext extends TestContext {
  readonly #defaultCluster: string | undefined;

  constructor(terminal: boolean, defaultCluster: string | undefined) {
    super(terminal);
    this.#defaultCluster = defaultCluster;
  }

  override async settings(): Promise<Settings> {
    return { ...(await super.settings()), defaultCluster: this.#defaultCluster };
  }

  /** A run that has ended on a cluster. */
  async ended(runId: string, cluster: string): Promise<void> {
    const run: RunKey = { dagId: 'etl', runId, taskId: 'load' };
    const { pod } = outcomeOf({ ...run, tryNumber: 1 });
    await new WrittenAttempt(this.bucket, run).end({ pod: pod && { ...pod, cluster } });
  }

  /** What a command prints. */
  async run(...args: string[]): Promise<string> {
    expect(await runCli(args, this)).toBe(0);
    return this.out.text;
  }
}

describe('status tells the cluster', () => {
  test.each([
    { what: 'not when it is the default one', known: elsewhere, cluster: elsewhere, told: false },
    { what: 'when it is another', known: 'kubeconfig', cluster: elsewhere, told: true },
    { what: 'when no default one is known', known: undefined, cluster: elsewhere, told: true },
  ])('$what', async ({ known, cluster, told }) => {
    const context = new ClusterContext(false, known);
    await context.ended('r', cluster);
    expect((await context.run('status', 'r')).includes(`cluster    ${cluster}\n`)).toBe(told);
  });
});

describe('list has a column for the cluster', () => {
  const columns = (out: string): string[][] =>
    out
      .trimEnd()
      .split('\n')
      .map(line => line.split('\t').slice(5));

  test.each([
    { what: 'not when all is on the default one', known: 'kubeconfig', clusters: ['kubeconfig'], cells: [] },
    { what: 'not when there is but one', known: undefined, clusters: [elsewhere, elsewhere], cells: [] },
    {
      what: 'when one is not the default one',
      known: 'kubeconfig',
      clusters: [elsewhere],
      cells: [elsewhere],
    },
    {
      what: 'when there are several',
      known: undefined,
      clusters: [elsewhere, 'kubeconfig'],
      cells: [elsewhere, 'kubeconfig'],
    },
  ])('$what', async ({ known, clusters, cells }) => {
    const context = new ClusterContext(false, known);
    for (const [index, cluster] of clusters.entries()) await context.ended(`r${index}`, cluster);
    const expected = clusters.map((_, index) => ['completed', ...cells.slice(index, index + 1)]);
    expect(columns(await context.run('list')).sort()).toEqual(expected.sort());
  });

  test('with a head on a terminal, and a dash where it is not known yet', async () => {
    const context = new ClusterContext(true, 'kubeconfig');
    await context.ended('r', elsewhere);
    await new WrittenAttempt(context.bucket, { dagId: 'etl', runId: 'new', taskId: 'load' }).claim();
    const lines = (await context.run('list')).trimEnd().split('\n');
    expect(lines.map(line => line.replace(/^.* /, '')).sort()).toEqual(['-', '<bold>CLUSTER</>', elsewhere]);
  });
});
