const minuteMs = 60_000;

/** isDue spaces repetitions without keeping count: the passes come each minute, and minutes 1, 2, 4, 8, ... are due. */
export function isDue(ageMs: number): boolean {
  const minutes = Math.floor(ageMs / minuteMs);
  return minutes > 0 && (minutes & (minutes - 1)) === 0;
}

/** nextDueMs is the age, in milliseconds, at which the next minute begins that {@link isDue} calls due. */
export function nextDueMs(ageMs: number): number {
  let minutes = 1;
  while (minutes * minuteMs <= ageMs) minutes *= 2;
  return minutes * minuteMs;
}
