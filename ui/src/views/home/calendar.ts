/** A year of days as columns of weeks, the way calendars of activity are drawn. */
import type { ActiveDay } from '../../core/wire'

export interface CalendarDay {
  /** `2026-03-14` */
  readonly day: string
  readonly runs: number
  /** 0 = none, 4 = most. */
  readonly level: number
}

export interface Week {
  /** Short name of the month that begins in this week, or none. */
  readonly month: string
  /** Monday first; null after today. */
  readonly days: readonly (CalendarDay | null)[]
}

const LEVELS = 4
const DAY_MS = 86_400_000

/** The `weeks` weeks that end with the one of `today`, which like all days is `2026-03-14`. */
export function calendar(active: readonly ActiveDay[], today: string, weeks: number): Week[] {
  const runs = new Map(active.map((day) => [day.day, day.runs]))
  const most = active.reduce((max, day) => Math.max(max, day.runs), 1)
  const last = Date.parse(today)
  const monday = last - ((new Date(last).getUTCDay() + 6) % 7) * DAY_MS
  return Array.from({ length: weeks }, (_, week) => {
    const start = monday - (weeks - 1 - week) * 7 * DAY_MS
    const days = Array.from({ length: 7 }, (_, i) => start + i * DAY_MS)
    const first = days.find((time) => new Date(time).getUTCDate() === 1)
    return {
      month: first === undefined ? '' : new Date(first).toLocaleDateString('en-GB', { month: 'short', timeZone: 'UTC' }),
      days: days.map((time) => (time > last ? null : dayOf(time, runs, most))),
    }
  })
}

function dayOf(time: number, runs: ReadonlyMap<string, number>, most: number): CalendarDay {
  const day = new Date(time).toISOString().slice(0, 10)
  const n = runs.get(day) ?? 0
  // By order of size: one sweep of thousands must not make all other days look empty.
  const level = n === 0 ? 0 : Math.max(1, Math.ceil((LEVELS * Math.log1p(n)) / Math.log1p(most)))
  return { day, runs: n, level }
}

/** The day before or after midnight where the reader is. */
export function localDay(now: Date): string {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

/** The runs started on a day, as the reader's clock has it, in UTC as the query language has it. */
export function dayQuery(day: string): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  return `run.created >= ${literal(new Date(year, month - 1, date))} and run.created < ${literal(new Date(year, month - 1, date + 1))}`
}

function literal(time: Date): string {
  const parts = [time.getUTCFullYear(), time.getUTCMonth() + 1, time.getUTCDate(), time.getUTCHours(), time.getUTCMinutes()]
  return `datetime(${parts.join(', ')})`
}
