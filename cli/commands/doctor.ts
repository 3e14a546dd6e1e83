import type { Command } from '@commander-js/extra-typings';
import type { Context } from '../context.ts';
import { diagnose } from '../doctor/diagnose.ts';
import type { Finding, Status } from '../doctor/finding.ts';
import { gather } from '../doctor/gather.ts';
import { exitCodes } from '../failure.ts';
import { safe } from '../render.ts';
import type { Look, Sink } from '../sink.ts';
import { type Runner, wholeNumber } from './common.ts';

interface DoctorOptions {
  timeout: number;
  json?: true | undefined;
}

/** addDoctor adds `taskpod doctor`. */
export function addDoctor(program: Command, run: Runner): void {
  program
    .command('doctor')
    .description('check the deployment, and say how to mend what is wrong; changes nothing')
    .option(
      '--timeout <seconds>',
      'wait so long for each answer (default: 10)',
      text => wholeNumber(text, 1, 300),
      10,
    )
    .option('--json', 'print one JSON document')
    .action(options => run(options, context => doctor(options, context)));
}

async function doctor({ timeout, json }: DoctorOptions, context: Context): Promise<number> {
  const { out, clock, signal, env } = context;
  const settings = await context.settings();
  const [inspectors, store] = await Promise.all([context.inspectors(settings), context.store(settings)]);
  const facts = await gather(settings, { inspectors, store, clock }, { signal, timeoutMs: timeout * 1_000 });
  const findings = diagnose(facts, settings, env);
  const isHealthy = findings.every(({ status }) => status !== 'failed');
  await out.write(
    json
      ? `${JSON.stringify({ healthy: isHealthy, findings })}\n`
      : `${findings.map(finding => textOf(finding, out)).join('')}${summary(findings)}\n`,
  );
  return isHealthy ? exitCodes.success : exitCodes.failed;
}

const looks: Record<Status, Look> = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' };

/** The first column, as wide as the longest status. */
const width = 'warning'.length + 2;

function textOf({ status, what, mend }: Finding, out: Sink): string {
  const line = `${out.style(looks[status], status)}${' '.repeat(width - status.length)}${safe(out, what)}\n`;
  return mend === null ? line : `${line}${' '.repeat(width)}${safe(out, mend)}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Status): number => findings.filter(finding => finding.status === status).length;
  return `${count('ok')} ok, ${count('failed')} failed, ${count('warning')} with a warning, ${count('skipped')} not applicable.`;
}
