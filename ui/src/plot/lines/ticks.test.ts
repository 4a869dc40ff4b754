import { describe, expect, it } from 'vitest'
import { ticksOf, writeDuration, writeX } from './ticks'

const labels = (...args: Parameters<typeof ticksOf>): string[] => ticksOf(...args).map((tick) => tick.label)

describe('ticksOf', () => {
  it('writes shares without a leading zero', () => {
    expect(labels('linear', 'number', [0, 0.9], 5)).toEqual(['0', '.2', '.4', '.6', '.8'])
  })

  it('names the first epoch, which is 1', () => {
    expect(labels('linear', 'number', [1, 40], 4)).toEqual(['1', '10', '20', '30', '40'])
    expect(labels('linear', 'number', [9, 40], 4)[0]).toBe('10')
  })

  it('puts no tick between two steps or epochs', () => {
    expect(ticksOf('linear', 'number', [1, 3], 6, true).map((tick) => tick.label)).toEqual(['1', '2', '3'])
    expect(ticksOf('linear', 'number', [1, 5], 3, true).map((tick) => tick.label)).toEqual(['1', '2', '3', '4', '5'])
    expect(ticksOf('log', 'number', [2, 5], 4, true).every((tick) => Number.isInteger(tick.value))).toBe(true)
    expect(ticksOf('linear', 'number', [0.5, 1.5], 5, true).map((tick) => tick.label)).toEqual(['1'])
  })

  it('still has ticks where a zoom shows less than one step', () => {
    expect(ticksOf('linear', 'number', [3.2, 3.8], 4, true).length).toBeGreaterThan(1)
  })

  it('uses powers on log axes', () => {
    expect(labels('log', 'number', [1e-3, 10], 4)).toEqual(['1e−3', '1e−2', '.1', '1', '10'])
  })

  it('counts seconds and minutes since the start', () => {
    expect(labels('linear', 'duration', [0, 600], 6)).toEqual(['0', '2 min', '4 min', '6 min', '8 min', '10 min'].slice(0, 6))
    expect(labels('linear', 'duration', [0, 0.9], 3)).toEqual(['0', '.2 s', '.4 s', '.6 s', '.8 s'])
  })

  it('puts times of day on round local hours, and names the day at midnight', () => {
    const start = new Date(2026, 2, 5, 22, 40).getTime() / 1000
    expect(labels('linear', 'time', [start, start + 3 * 3600], 3)).toEqual(['23:00', '6 Mar', '01:00'])
  })

  it('survives a range of months', () => {
    const ticks = ticksOf('linear', 'time', [0, 400 * 86_400], 4)
    expect(ticks.length).toBeGreaterThan(1)
  })
})

describe('writeX', () => {
  it('says what x is', () => {
    expect(writeX(11, 'number', 'epoch')).toBe('epoch 11')
    expect(writeX(3900, 'duration', 'time')).toBe('1 h 5 min')
    expect(writeX(new Date(2026, 2, 5, 14, 7, 31).getTime() / 1000, 'time', 'time')).toBe('5 Mar, 14:07:31')
  })

  it('keeps a minus before a duration', () => {
    expect(writeDuration(-90)).toBe('−1 min 30 s')
  })
})
