import { type Clock, systemClock as realClock } from '../../../shared/time.ts';

export { abortedError, type Clock, isoTime } from '../../../shared/time.ts';

/** Takes the place of shared/time.ts in functions that are built for chaos: the clock is wrong by CHAOS_CLOCK_SKEW_MS. */
export const systemClock: Clock = {
  ...realClock,
  now: () => realClock.now() + Number(process.env.CHAOS_CLOCK_SKEW_MS ?? 0),
};
