import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { search, type Command } from './palette-search'

const command = (title: string, words = ''): Command => ({ id: title, title, kind: 'Page', words, run: () => undefined })
const titles = (commands: readonly Command[], typed: string): string[] => search(commands, typed, 10).map((found) => found.command.title)

describe('search', () => {
  const commands = ['Metrics', 'Params', 'Best in English, elsewhere', 'run-006', 'run-060', 'Theme: dark'].map((title) => command(title))

  it('shows the first ones until something is typed', () => {
    expect(titles(commands, ' ')).toEqual(commands.map(({ title }) => title))
  })

  it('finds words by their beginnings, and letters in a row', () => {
    expect(titles(commands, 'bie')[0]).toBe('Best in English, elsewhere')
    expect(titles(commands, 'par')[0]).toBe('Params')
    expect(titles(commands, 'run06')[0]).toBe('run-060')
    expect(titles(commands, '006')[0]).toBe('run-006')
    expect(titles(commands, 'dark')[0]).toBe('Theme: dark')
  })

  it('finds by other words after all that have them in the title', () => {
    expect(titles([command('Theme', 'night colours'), command('Nightly')], 'night')).toEqual(['Nightly', 'Theme'])
  })

  it('marks the letters that were typed', () => {
    const [found] = search(commands, 'mtr', 1)
    expect([...found!.marks]).toEqual([0, 2, 3])
  })

  it('leaves out letters scattered over the insides of words', () => {
    expect(titles([command('Params')], 'aas')).toEqual([])
  })

  it('finds every title by any part of it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat(), (text, start, length) => {
        const title = text.toLowerCase().replace(/\s/g, '_')
        const from = start % title.length
        expect(titles([command(title)], title.slice(from, from + 2 + length))).toHaveLength(1)
      }),
    )
  })
})
