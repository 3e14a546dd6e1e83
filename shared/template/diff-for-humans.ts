import { addMonths, day, hour, minute, second } from './calendar.ts';
import type { Datetime } from './datetime.ts';

/** diffForHumans says how far a date is from another, or from now: pendulum's words in English. */
export function diffForHumans(date: Datetime, other: Datetime | undefined, nowMs: number): string {
  const to = other === undefined ? BigInt(Math.trunc(nowMs)) * 1_000n : other.utcMicros;
  const isLater = date.utcMicros > to;
  const words = distance(isLater ? to : date.utcMicros, isLater ? date.utcMicros : to);
  if (other !== undefined) return `${words} ${isLater ? 'after' : 'before'}`;
  return isLater ? `in ${words}` : `${words} ago`;
}

function distance(from: bigint, to: bigint): string {
  let months = 0;
  while (months < 120_000 && laterBy(from, months + 12) <= to) months += 12;
  while (laterBy(from, months + 1) <= to) months++;
  const rest = to - laterBy(from, months);
  const days = Number(rest / day);
  const years = Math.floor(months / 12);
  if (years > 0) return count(years + (months % 12 > 6 ? 1 : 0), 'year');
  if (months === 11 && days > 15) return count(1, 'year');
  if (months > 0) return count(months + (days >= 27 ? 1 : 0), 'month');
  if (days >= 7) return count(Math.floor(days / 7) + (days % 7 > 3 ? 1 : 0), 'week');
  const hours = Number((rest % day) / hour);
  if (days > 0) return count(days + (hours >= 22 ? 1 : 0), 'day');
  if (hours > 0) return count(hours, 'hour');
  const minutes = Number(rest / minute);
  if (minutes > 0) return count(minutes, 'minute');
  const seconds = Number(rest / second);
  return seconds > 10 ? count(seconds, 'second') : 'a few seconds';
}

/** Later than everything where the calendar ends. */
function laterBy(micros: bigint, months: number): bigint {
  try {
    return addMonths(micros, months);
  } catch {
    return 2n ** 62n;
  }
}

function count(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
