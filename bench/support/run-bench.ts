import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { chartFigures } from './comparison.ts';
import { type Findings, formatReport, makeReport } from './report.ts';

/** After the time is up, cleaning up may take this long. */
const cleanUpMs = 60_000;

/** What a bench gets. */
export interface BenchContext {
  /** Throws when the time is up or the bench is interrupted; to be asked between two measurements. */
  check: () => void;
  /** Tells a person how far it is, on standard error. */
  progress: (text: string) => void;
  /** The bench's own options, as they were given or by their defaults. */
  options: Readonly<Record<string, unknown>>;
}

/**
 * runBench runs one bench program within a time limit (in minutes) and prints its report: tables, or with `--json` one
 * JSON document. With `--json FILE` it prints the tables, and writes its
 * figures into the file, as docs/measured keeps them. The process exits with 1 when a goal is missed or the bench fails; an interrupt still cleans up. `options`
 * are those that the bench takes besides.
 */
export async function runBench(
  name: string,
  limitMinutes: number,
  measure: (context: BenchContext) => Promise<Findings>,
  options: NonNullable<ParseArgsConfig['options']> = {},
): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { ...options, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [file, ...more] = positionals;
  if (more.length > 0 || (file !== undefined && !values.json))
    throw new Error(`${name}: ${positionals.join(' ')} is not understood; a file's name comes after --json`);
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 100) / 100;
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  const machine = { cores: availableParallelism(), memoryGiB, node: process.versions.node, loadBefore };
  let ended: Error | undefined;
  const end = (why: string): void => {
    ended ??= new Error(`${name}: ${why}`);
    setTimeout(() => process.exit(1), cleanUpMs).unref();
  };
  const timer = setTimeout(() => end(`the ${limitMinutes} minutes are over`), limitMinutes * 60_000);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(`ended by ${signal}`));
  try {
    const findings = await measure({
      check: () => {
        if (ended) throw ended;
      },
      progress: text => console.error(`${name}: ${text}`),
      options: values,
    });
    const report = makeReport(name, machine, findings);
    console.log(values.json && file === undefined ? JSON.stringify(report) : formatReport(report));
    if (file !== undefined) await writeFigures(name, file, findings);
    process.exitCode = report.met ? 0 : 1;
  } finally {
    clearTimeout(timer);
  }
}

async function writeFigures(name: string, file: string, { figures, compared }: Findings): Promise<void> {
  const kept = figures ?? (compared && chartFigures(compared));
  if (kept === undefined) throw new Error(`${name} keeps no figures: there is nothing for ${file}`);
  await writeFile(file, `${JSON.stringify(kept, undefined, 2)}\n`);
}
