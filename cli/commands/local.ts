import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import type { Stack } from '../../local/stack.ts';
import { localFolder, removeLocalState, runningIn, writeLocalState } from '../../local/state-file.ts';
import { localDeadLetters, localTopics } from '../../local/topics.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { isoTime } from '../../shared/time.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { renderPairs } from '../render.ts';
import { type Runner, wholeNumber } from './common.ts';

interface LocalOptions {
  context?: string[] | undefined;
  portBase?: number | undefined;
  folder?: string | undefined;
  json?: true | undefined;
}

/** addLocal adds `taskpod local`. */
export function addLocal(program: Command, run: Runner): void {
  program
    .command('local')
    .description('run everything on this machine, until Ctrl-C; the other commands in this folder find it')
    .option(
      '--context <name...>',
      'run Pods on the clusters of these contexts of your kubeconfig; the first is the default one',
    )
    .option('--port-base <port>', 'first of five ports in a row (default: ports that are free)', text =>
      wholeNumber(text, 1_024, 65_531),
    )
    .option('--folder <path>', `keep bucket and logs there (default: ${localFolder} in this folder)`)
    .option('--json', 'print JSON: one document when everything is ready, and one per notice')
    .action(options => run(options, context => local(options, context)));
}

async function local(options: LocalOptions, context: Context): Promise<number> {
  const { cwd, out, err, clock, env, signal } = context;
  const running = await runningIn(cwd);
  if (running !== undefined) {
    throw new TaskpodError(
      'bad_usage',
      `"taskpod local" runs already for this folder (process ${running.pid})`,
      {
        action: 'Use that one, or stop it with Ctrl-C first.',
      },
    );
  }
  const { startStack } = await import('../../local/stack.ts');
  const notice = (text: string): void => {
    const line = options.json ? JSON.stringify({ type: 'notice', text }) : text;
    void (options.json ? out : err).write(`${line}\n`).catch(() => undefined);
  };
  const stack = await startStack({
    folder: resolve(cwd, options.folder ?? localFolder),
    portBase: options.portBase,
    contexts: options.context,
    env,
    clock,
    random: Math.random,
    notice,
    signal,
  });
  try {
    await writeLocalState(cwd, {
      version: 1,
      pid: process.pid,
      started_at: isoTime(clock.now()),
      folder: stack.folder,
      bucket: stack.bucket,
      tasks_topic: localTopics.tasks,
      watch_topic: localTopics.watch,
      dead_letters_subscription: localDeadLetters,
      kubeconfig: stack.kubeconfig,
      namespace: stack.namespaces[0] ?? '',
      namespaces: stack.namespaces,
      clusters: stack.clusters,
      storage_url: stack.urls.storage,
      pubsub_url: stack.urls.pubsub,
    });
    await out.write(options.json ? `${JSON.stringify(readyDocument(stack))}\n` : readyText(stack, context));
    if (!signal.aborted) await once(signal, 'abort');
    if (!options.json) await err.write('Stopping.\n');
  } finally {
    await removeLocalState(cwd, process.pid);
    await stack.close();
  }
  return exitCodes.interrupted;
}

function readyDocument({ folder, bucket, urls, cluster, namespaces }: Stack) {
  return { type: 'ready', folder, bucket, urls, topics: localTopics, cluster, namespaces };
}

function readyText(stack: Stack, { out }: Context): string {
  const { urls } = stack;
  const where = renderPairs(
    [
      ['bucket', `gs://${stack.bucket} at ${urls.storage}\nfiles in ${stack.bucketFolder}`],
      ['Pub/Sub', `${urls.pubsub}\n${Object.values(localTopics).join('\n')}`],
      ['Pods', stack.cluster],
      ['namespaces', stack.namespaces.join(', ')],
      ['functions', `launch ${urls.launch}\nwatch ${urls.watch}`],
      ['their logs', stack.logFolder],
    ],
    out,
  );
  return `${out.style('bold', 'taskpod local is ready.')}\n${where}Submit a task from this folder: taskpod submit --follow FILE. Ctrl-C stops everything.\n`;
}
