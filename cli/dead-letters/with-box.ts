import { TaskpodError } from '../../shared/errors.ts';
import type { PulledMessage, Subscriptions } from '../../shared/ports/subscriptions.ts';
import type { Context } from '../context.ts';
import { deadLettersOf, type Settings } from '../settings.ts';
import { DeadLetterBox } from './box.ts';

/** withBox works on the dead letters; what is not acknowledged is given back in any case. */
export async function withBox(
  settings: Settings,
  context: Context,
  work: (box: DeadLetterBox, subscriptions: Subscriptions) => Promise<number>,
): Promise<number> {
  const { clock, signal } = context;
  const subscription = deadLettersOf(settings);
  const subscriptions = await context.subscriptions(settings);
  const box = new DeadLetterBox({ subscriptions, subscription, clock, signal });
  try {
    return await work(box, subscriptions);
  } finally {
    await box.close();
  }
}

/** pickLetters takes those of these message ids out of a box; throws `not_found` with all that are not in it. */
export function pickLetters(ids: readonly string[], box: DeadLetterBox): PulledMessage[] {
  const { letters } = box;
  const found = ids.map(id => letters.find(({ messageId }) => messageId === id));
  const absent = ids.filter((_, index) => found[index] === undefined);
  if (absent.length > 0) missingLetter(absent);
  return found.filter(letter => letter !== undefined);
}

/** missingLetter throws the `not_found` of dead letters that are not there. */
export function missingLetter(ids: readonly string[]): never {
  throw new TaskpodError('not_found', `there is no dead letter ${ids.join(', ')}`, {
    action: 'See "taskpod dead-letters list". One that another command holds is there again within a minute.',
  });
}
