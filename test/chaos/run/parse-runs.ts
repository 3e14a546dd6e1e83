import { parseArgs } from 'node:util';
import type { ChaosOptions } from './run-chaos.ts';

/** One run as it was asked for. */
export type AskedRun = Pick<
  ChaosOptions,
  'seed' | 'tasks' | 'seconds' | 'realShare' | 'restarts' | 'command'
>;

/** What to say to one who asks for something else. */
export const usage = `npm run chaos -- [--tasks 1000] [--seed 1] [--seconds 300] [--real 0.15] [--no-restarts] [--report FILE]
npm run chaos -- --short [--no-restarts] [--report FILE]`;

/** Two runs beside each other, small enough for every change. */
const shortSeeds = [1, 2] as const;
const short = { tasks: 75, seconds: 45, realShare: 0.15 };

/** parseRuns reads the command line; undefined when it makes no sense. Pure. */
export function parseRuns(
  args: readonly string[],
): { runs: AskedRun[]; report: string | undefined } | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        tasks: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        seconds: { type: 'string', default: '300' },
        real: { type: 'string', default: '0.15' },
        'no-restarts': { type: 'boolean', default: false },
        short: { type: 'boolean', default: false },
        report: { type: 'string' },
      },
    });
    const asked = {
      tasks: whole(values.tasks),
      seconds: whole(values.seconds),
      realShare: share(values.real),
    };
    const seeds = values.short ? shortSeeds : [whole(values.seed)];
    const options = values.short ? short : asked;
    const runs = seeds.map((seed, index) => {
      // One run's restarts are noticed by both.
      const restarts = !values['no-restarts'] && index === 0;
      return { seed, ...options, restarts, command: commandOf({ seed, ...options, restarts }) };
    });
    return { runs, report: values.report };
  } catch {
    return undefined;
  }
}

function commandOf({ seed, tasks, seconds, realShare, restarts }: Omit<AskedRun, 'command'>): string {
  const real = realShare === short.realShare ? '' : ` --real ${realShare}`;
  const flag = restarts ? '' : ' --no-restarts';
  return `npm run chaos -- --tasks ${tasks} --seed ${seed} --seconds ${seconds}${real}${flag}`;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(text);
  return Number(text);
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new RangeError(text);
  return value;
}
