import { runtimeFault } from './template-error.ts';

/** Microseconds in a second, a minute, an hour and a day. */
export const second = 1_000_000n;
export const minute = 60n * second;
export const hour = 60n * minute;
export const day = 24n * hour;

/** A moment as a calendar and a clock show it. */
export interface Civil {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  microsecond: number;
}

/** 0001-01-01 and the first moment behind 9999-12-31: what Python's dates reach. */
const earliest = -62_135_596_800n * second;
const latest = 253_402_300_800n * second;

/** microsOf counts the microseconds from 1970-01-01 to a date and time. Throws a Fault for one that does not exist. */
export function microsOf(civil: Civil): bigint {
  const { year, month } = civil;
  const isRight =
    year >= 1 &&
    year <= 9_999 &&
    month >= 1 &&
    month <= 12 &&
    civil.day >= 1 &&
    civil.day <= daysInMonth(year, month) &&
    isBelow(civil.hour, 24) &&
    isBelow(civil.minute, 60) &&
    isBelow(civil.second, 60) &&
    isBelow(civil.microsecond, 1_000_000);
  if (!isRight) throw runtimeFault('this date or time does not exist');
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, civil.day);
  date.setUTCHours(civil.hour, civil.minute, civil.second);
  return BigInt(date.getTime()) * 1_000n + BigInt(civil.microsecond);
}

function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}

/** civilOf is the inverse of {@link microsOf}. Throws a Fault outside of the years 1 to 9999. */
export function civilOf(micros: bigint): Civil {
  checkRange(micros);
  const microsecond = ((micros % second) + second) % second;
  const date = new Date(Number((micros - microsecond) / 1_000n));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: Number(microsecond),
  };
}

/** checkRange refuses a moment outside of the years 1 to 9999. */
export function checkRange(micros: bigint): void {
  if (micros < earliest || micros >= latest) throw runtimeFault('the date is outside of the years 1 to 9999');
}

/** daysInMonth counts the days of a month, 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** isLeapYear by the Gregorian rule. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** weekdayOf counts from Monday, 0, to Sunday, 6. */
export function weekdayOf(micros: bigint): number {
  const days = (micros - (((micros % day) + day) % day)) / day;
  return Number((((days + 3n) % 7n) + 7n) % 7n);
}

/** dayOfYear counts from 1. */
export function dayOfYear(micros: bigint): number {
  const { year } = civilOf(micros);
  return Number((micros - yearStart(year)) / day) + 1;
}

function yearStart(year: number): bigint {
  return microsOf({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 });
}

/** isoWeek gives the ISO year and week. */
export function isoWeek(micros: bigint): { year: number; week: number } {
  const thursday = micros + BigInt(3 - weekdayOf(micros)) * day;
  return { year: civilOf(thursday).year, week: Math.ceil(dayOfYear(thursday) / 7) };
}

/** addMonths moves by whole months; a day that the month has not becomes its last. Throws a Fault outside of the years 1 to 9999. */
export function addMonths(micros: bigint, months: number): bigint {
  const civil = civilOf(micros);
  const index = civil.year * 12 + civil.month - 1 + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  return microsOf({ ...civil, year, month, day: Math.min(civil.day, daysInMonth(year, month)) });
}
