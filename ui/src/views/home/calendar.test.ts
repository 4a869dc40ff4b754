import { describe, expect, it } from 'vitest'
import { calendar, dayQuery, localDay } from './calendar'

describe('calendar', () => {
  const weeks = calendar([{ day: '2026-11-19', runs: 240 }, { day: '2026-11-02', runs: 1 }], '2026-11-21', 4)

  it('ends with the week of today, from Monday to Sunday', () => {
    expect(weeks).toHaveLength(4)
    expect(weeks[3]!.days.map((day) => day?.day ?? null)).toEqual([
      '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', null,
    ])
    expect(weeks[0]!.days[0]!.day).toBe('2026-10-26')
  })

  it('names a month where it begins', () => {
    expect(weeks.map((week) => week.month)).toEqual(['Nov', '', '', ''])
  })

  it('is darkest on the busiest day, and a single run is still seen', () => {
    expect(weeks[3]!.days[3]).toEqual({ day: '2026-11-19', runs: 240, level: 4 })
    expect(weeks[1]!.days[0]).toEqual({ day: '2026-11-02', runs: 1, level: 1 })
    expect(weeks[1]!.days[1]!.level).toBe(0)
  })
})

it('a day is asked for from midnight to midnight of the reader', () => {
  const [from, to] = dayQuery('2026-11-19').match(/\(([\d, ]+)\)/g)!.map((text) => {
    const [year, month, ...rest] = text.slice(1, -1).split(', ').map(Number) as [number, number, number, number, number]
    return Date.UTC(year, month - 1, ...rest)
  })
  expect(localDay(new Date(from!))).toBe('2026-11-19')
  expect(localDay(new Date(to! - 1))).toBe('2026-11-19')
  expect(localDay(new Date(to!))).toBe('2026-11-20')
})
