import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import manifest from '../package.json' with { type: 'json' };
import { errorMessage, hasCode, isAbort } from '../shared/errors.ts';
import { addCancel } from './commands/cancel.ts';
import type { Runner } from './commands/common.ts';
import { addConnections } from './commands/connections.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDoctor } from './commands/doctor.ts';
import { addInit } from './commands/init.ts';
import { addList } from './commands/list.ts';
import { addLocal } from './commands/local.ts';
import { addLogs } from './commands/logs.ts';
import { addRender } from './commands/render.ts';
import { addRetry } from './commands/retry.ts';
import { addStatus } from './commands/status.ts';
import { addSubmit } from './commands/submit.ts';
import { addSweep } from './commands/sweep.ts';
import { addValidate } from './commands/validate.ts';
import { addVariables } from './commands/variables.ts';
import { addXcom } from './commands/xcom.ts';
import type { Context } from './context.ts';
import { exitCodeOf, exitCodes, failureOf, tellFailure } from './failure.ts';
import { ReaderGone } from './sink.ts';

/** In the order in which the help and docs/cli.md have them. */
const commands = [
  addSubmit,
  addRender,
  addValidate,
  addStatus,
  addList,
  addLogs,
  addXcom,
  addCancel,
  addRetry,
  addDeadLetters,
  addSweep,
  addVariables,
  addConnections,
  addInit,
  addDoctor,
  addLocal,
];

/** createProgram declares every command and option; docs/cli.md is compared with it. */
export function createProgram(run: Runner): Command {
  const program = new Command('taskpod')
    .description('publish a task, get a Pod; its log, its result and its outcome are in Cloud Storage')
    .version(manifest.version, '--version', 'print the version')
    .showHelpAfterError('See the options with --help.')
    .exitOverride();
  for (const add of commands) add(program, run);
  return program;
}

/** runCli runs one command line (without the program's name) and returns its exit code; throws nothing. */
export async function runCli(args: readonly string[], context: Context): Promise<number> {
  let exitCode: number = exitCodes.success;
  let json = args.includes('--json');
  const printed: string[] = [];
  const complaints: string[] = [];
  const program = createProgram(async (options, work) => {
    json = options.json === true;
    exitCode = await work(context);
  });
  for (const command of allCommands(program)) {
    command.exitOverride();
    command.configureOutput({
      writeOut: text => printed.push(text),
      writeErr: text => complaints.push(text),
      getOutHelpWidth: () => context.out.columns(),
      getErrHelpWidth: () => context.err.columns(),
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    try {
      if (!(error instanceof CommanderError)) return await tellError(error, json, context);
      await context.out.write(printed.join(''));
      if (error.exitCode === 0) return exitCodes.success;
      const action = 'See the options with --help.';
      if (json) await tellFailure({ code: 'bad_usage', message: usageMessage(error), action }, true, context);
      else await context.err.write(complaints.join(''));
      return exitCodes.usage;
    } catch (broken) {
      return exitCodeOf(broken);
    }
  }
}

/** The program with its commands, and theirs. */
function allCommands(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

async function tellError(error: unknown, json: boolean, context: Context): Promise<number> {
  const interrupted = isAbort(error) && context.signal.aborted;
  if (!interrupted && !(error instanceof ReaderGone)) {
    const failure = failureOf(error);
    const action = (await localAdvice(error, context)) ?? failure.action ?? nextStep;
    await tellFailure({ ...failure, action }, json, context);
  }
  if (context.env.TASKPOD_DEBUG && error instanceof Error)
    await context.err.write(`${errorMessage(error)}\n${error.stack}\n`);
  return interrupted ? exitCodes.interrupted : exitCodeOf(error);
}

/** For an error whose thrower could not know. */
const nextStep = 'Run it again with TASKPOD_DEBUG=1 to see more.';

/** The adapters speak of Google; a local stack that does not answer is another matter. */
async function localAdvice(error: unknown, context: Context): Promise<string | undefined> {
  const isUnreachable = hasCode(error, 'storage_unavailable') || hasCode(error, 'pubsub_unavailable');
  if (!isUnreachable || (await context.settings()).source !== 'local') return undefined;
  return '"taskpod local" does not answer. Is it busy, or gone? Start it again with "taskpod local".';
}

function usageMessage(error: CommanderError): string {
  return error.message.replace(/^error: /, '').replaceAll('\n', ' ');
}
