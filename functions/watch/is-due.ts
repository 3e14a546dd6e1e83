/** isDue spaces repetitions without keeping count: the passes come each minute, and minutes 1, 2, 4, 8, ... are due. */
export function isDue(ageMs: number): boolean {
  const minutes = Math.floor(ageMs / 60_000);
  return minutes > 0 && (minutes & (minutes - 1)) === 0;
}
