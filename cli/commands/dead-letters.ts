import type { Command } from '@commander-js/extra-typings';
import { errorMessage, hasCode, TaskpodError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Context } from '../context.ts';
import { IdentityFinder } from '../dead-letters/find-identity.ts';
import { bodyText, type LetterState, letterDocument, runText, whyText } from '../dead-letters/letter-text.ts';
import { type DeadLetter, readLetter, withIdentity } from '../dead-letters/read-letter.ts';
import { type Republished, republish } from '../dead-letters/republish.ts';
import { missingLetter, pickLetters, withBox } from '../dead-letters/with-box.ts';
import { exitCodes } from '../failure.ts';
import { readRun } from '../read-run.ts';
import { type Cell, renderPairs, renderTable, safe, stateCell } from '../render.ts';
import { tasksTopicOf } from '../settings.ts';
import { type Runner, wholeNumber } from './common.ts';

/** Most dead letters that one command holds. */
const most = 1_000;
const head = ['MESSAGE', 'SUBSCRIPTION', 'DELIVERIES', 'PUBLISHED', 'RUN', 'STATE'];

/** addDeadLetters adds `taskpod dead-letters` with its commands. */
export function addDeadLetters(program: Command, run: Runner): void {
  const group = program
    .command('dead-letters')
    .description('messages that could not be handled: look at them, publish them again');
  group
    .command('list')
    .description('list the dead letters, the oldest first')
    .option('--limit <number>', 'at most so many', text => wholeNumber(text, 1, most), 100)
    .option('--json', 'print one JSON document')
    .action(options => run(options, context => list(options, context)));
  group
    .command('show')
    .description('show a dead letter as a whole')
    .argument('<id>', 'its message id, as list shows it')
    .option('--json', 'print one JSON document')
    .action((id, options) => run(options, context => show(id, options.json === true, context)));
  group
    .command('republish')
    .description('publish dead letters again on the topic they came from; what was begun is continued')
    .argument('[ids...]', 'their message ids, as list shows them')
    .option('--all', 'all of them')
    .option('--json', 'print one JSON document')
    .action((ids, options) => run(options, context => republishAll(ids, options, context)));
}

async function list(options: { limit: number; json?: true | undefined }, context: Context): Promise<number> {
  const { out, err, signal } = context;
  const settings = await context.settings();
  const store = await context.store(settings);
  return withBox(settings, context, async box => {
    await box.fill(options.limit);
    const letters = box.letters.map(readLetter);
    const states: LetterState[] = [];
    for (const letter of letters) {
      await box.keep();
      states.push(await stateOf(letter, store, signal));
    }
    if (options.json) {
      const documents = letters.map((letter, index) => letterDocument(letter, states[index] ?? {}));
      await out.write(`${JSON.stringify(documents)}\n`);
    } else if (letters.length > 0) {
      await out.write(
        renderTable(
          head,
          letters.map((letter, index) => row(letter, states[index] ?? {})),
          out,
        ),
      );
    } else if (out.terminal) {
      await err.write('No dead letters.\n');
    }
    if (box.isFull && !options.json)
      await err.write(`There may be more than these ${letters.length}: see --limit.\n`);
    return exitCodes.success;
  });
}

async function show(id: string, json: boolean, context: Context): Promise<number> {
  const { out, signal } = context;
  const settings = await context.settings();
  const store = await context.store(settings);
  return withBox(settings, context, async (box, subscriptions) => {
    await box.fill(most);
    const found = readLetter(pickLetters([id], box)[0] ?? missingLetter([id]));
    const finder = new IdentityFinder(store, () => box.keep(), signal);
    const letter = found.needsRunId ? await identified(found, finder) : found;
    const current = await stateOf(letter, store, signal);
    const { state, problem } = current;
    const { message, source } = letter;
    const topic = source && (await subscriptions.topicOf(source.subscription, signal));
    const text = bodyText(message.data);
    if (json) {
      const data = text === undefined ? { data_base64: message.data.toString('base64') } : { data: text };
      const document = { ...letterDocument(letter, current), topic: topic ?? null };
      await out.write(`${JSON.stringify({ ...document, attributes: message.attributes, ...data })}\n`);
      return exitCodes.success;
    }
    const rows: [string, string | undefined][] = [
      ['message', message.messageId],
      ['subscription', source?.subscription],
      ['topic', topic],
      ['deliveries', source?.deliveries?.toString()],
      ['published', source?.publishTime],
      ['dead since', message.publishTime],
      ['kind', letter.kind],
      ['run', runText(letter)],
      ['state', state?.state],
      ['reason', state?.reason],
      ['summary', state?.outcome?.summary ?? problem],
      ['why', whyText(letter)],
      ['attributes', Object.entries(message.attributes).map(attributeText).join('\n')],
      ['data', text ?? `${message.data.length} bytes that are no text; --json shows them`],
    ];
    await out.write(renderPairs(rows.filter(isShown), out));
    return exitCodes.success;
  });
}

async function republishAll(
  ids: readonly string[],
  options: { all?: true | undefined; json?: true | undefined },
  context: Context,
): Promise<number> {
  if (ids.length > 0 === (options.all === true)) {
    throw new TaskpodError('bad_usage', 'which dead letters?', {
      action: 'Give their message ids, or --all.',
    });
  }
  const { out, err, signal } = context;
  const settings = await context.settings();
  tasksTopicOf(settings);
  const store = await context.store(settings);
  const publisher = await context.publisher(settings);
  return withBox(settings, context, async (box, subscriptions) => {
    await box.fill(most);
    const chosen = options.all ? box.letters : pickLetters([...new Set(ids)], box);
    const finder = new IdentityFinder(store, () => box.keep(), signal);
    const deps = { settings, subscriptions, publisher, finder, box, topics: new Map(), signal };
    const results: Republished[] = [];
    try {
      for (const message of chosen) {
        const result = await republish(readLetter(message), deps);
        results.push(result);
        if (!options.json) await tell(result, context);
      }
    } finally {
      // Also of those before one that failed: they are no dead letters any more.
      if (options.json && (results.length > 0 || chosen.length === 0))
        await out.write(`${JSON.stringify(results)}\n`);
    }
    if (chosen.length === 0 && out.terminal && !options.json) await err.write('No dead letters.\n');
    if (options.all && box.isFull && !options.json)
      await err.write('There may be more: run it again for the rest.\n');
    return results.every(({ republished }) => republished) ? exitCodes.success : exitCodes.failed;
  });
}

/** With its run, unless that is not clear. */
async function identified(letter: DeadLetter, finder: IdentityFinder): Promise<DeadLetter> {
  try {
    return withIdentity(letter, await finder.find(letter));
  } catch (error) {
    if (!hasCode(error, 'bad_usage')) throw error;
    return letter;
  }
}

async function stateOf(
  { run, needsRunId }: DeadLetter,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<LetterState> {
  if (run === undefined || needsRunId) return {};
  try {
    return { state: (await readRun(run, store, signal)).state };
  } catch (error) {
    // One run that is damaged, which may be why its message failed, must not hide the others.
    if (!hasCode(error, 'invalid_document')) throw error;
    return { problem: errorMessage(error) };
  }
}

async function tell(result: Republished, { out, err }: Context): Promise<void> {
  const run = result.run === null ? '' : ` ${result.run}`;
  if (result.republished) {
    const topic = result.topic.split('/').at(-1) ?? '';
    await out.write(`${safe(out, `${result.message_id} -> ${topic}${run}`)}\n`);
    return;
  }
  const { message_id, problem, action } = result;
  await err.write(
    `${err.style('red', 'taskpod:')} ${safe(err, `${message_id}: ${problem}`)}\n${safe(err, action)}\n`,
  );
}

function row(letter: DeadLetter, { state, problem }: LetterState): Cell[] {
  const { message, source } = letter;
  const texts = [
    message.messageId,
    source?.subscription.split('/').at(-1) ?? '-',
    source?.deliveries?.toString() ?? '-',
    (source?.publishTime ?? message.publishTime).replace(/\.\d+Z$/, 'Z'),
    runText(letter) ?? `(${letter.kind})`,
  ];
  return [
    ...texts.map(text => ({ text })),
    state === undefined ? { text: problem ?? '-' } : stateCell(state.state),
  ];
}

function attributeText([name, value]: [string, string]): string {
  return `${name}: ${value}`;
}

function isShown(entry: [string, string | undefined]): entry is [string, string] {
  return Boolean(entry[1]);
}
