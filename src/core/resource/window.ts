const DAY = 24 * 60;
const WEEK = 7 * DAY;
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * Whether an instant lies in a window as RDS writes them, in UTC: `03:00-03:30` each day, `sun:23:45-mon:00:15` each
 * week. The end belongs to it. False for what is no window.
 * @param at milliseconds since the epoch
 */
export function isWithin(window: string, at: number): boolean {
  const ends = /^(?:([a-z]{3}):)?(\d\d):(\d\d)-(?:([a-z]{3}):)?(\d\d):(\d\d)$/.exec(window.toLowerCase());
  if (ends === null) return false;
  const [, fromDay, fromHour, fromMinute, toDay, toHour, toMinute] = ends;
  const period = fromDay === undefined ? DAY : WEEK;
  const minute = (day: string | undefined, hour: string | undefined, rest: string | undefined) =>
    (day === undefined ? 0 : days.indexOf(day) * DAY) + Number(hour) * 60 + Number(rest);
  const from = minute(fromDay, fromHour, fromMinute);
  const length = minute(toDay, toHour, toMinute) - from;
  const date = new Date(at);
  const now = date.getUTCDay() * DAY + date.getUTCHours() * 60 + date.getUTCMinutes();
  return modulo(now - from, period) <= modulo(length, period);
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
