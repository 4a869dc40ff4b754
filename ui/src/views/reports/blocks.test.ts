import { describe, expect, it } from 'vitest'
import { blocksOf, embedUrl, lineOf, resolve, type ViewBlock } from './blocks'

const saved = (name: string, url: string) => ({ id: name, name, url, page: 'metrics', created: 0 })
const only = (text: string) => blocksOf(text)[0] as ViewBlock

describe('blocks of a report', () => {
  it('are prose and views in turn', () => {
    expect(blocksOf('# A\n\n![F1](/metrics?m=f1#h=200)\n\nafter').map(({ kind }) => kind)).toEqual(['prose', 'view', 'prose'])
    expect(only('![F1](/metrics?m=f1#h=200)')).toEqual({ kind: 'view', title: 'F1', target: '/metrics?m=f1', height: 200 })
  })
  it('keeps parentheses of an expression', () => {
    expect(only('![](/runs?q=run.id in ("a"))').target).toBe('/runs?q=run.id in ("a")')
  })
  it('leaves pictures, views within a line, fences and other sites to Markdown', () => {
    for (const text of ['![x](https://e.org/a.png)', 'see ![x](/metrics)', '```\n![x](/metrics)\n```', '![x](//e.org/metrics)', '![x](/api/runs)'])
      expect(blocksOf(text)).toEqual([{ kind: 'prose', text }])
  })
  it('bounds heights', () => {
    expect(only('![](/metrics#h=9)').height).toBe(120)
    expect(only('![](/metrics#h=99999)').height).toBe(2000)
  })
  it('finds saved views by name, the latest of one name', () => {
    const views = [saved('A (1)', '/metrics?m=a'), saved('A (1)', '/metrics?m=b')]
    expect(resolve(only('![](view:A (1)#h=300)'), views)).toEqual({ title: 'A (1)', url: '/metrics?m=b' })
    expect(resolve(only('![](view:B)'), views)).toBeNull()
  })
  it.each(['F1 by lr', 'A (1)', 'odd ) name', 'ends #h=3', 'x ((y)'])('reads back the line it writes for %s', (name) => {
    const view = saved(name, '/metrics?m=f1')
    expect(resolve(only(lineOf(view)), [view])?.url).toBe('/metrics?m=f1')
  })
  it('asks for the plot alone', () => {
    expect(embedUrl('/metrics?m=f1&table=0.6')).toBe('/metrics?m=f1&table=0&embed=view')
    expect(embedUrl('/runs')).toBe('/runs?embed=view')
  })
})
