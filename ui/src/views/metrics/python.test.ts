import { describe, expect, it } from 'vitest'
import { state } from './metrics.fixture'
import { pythonOf } from './python'

const inner = (search: string): string[] => pythonOf(state(search)).split('\n').slice(4, -1).map((line) => line.trim())

describe('pythonOf', () => {
  it('is ready to run', () => {
    expect(pythonOf(state('?m=f1{lang=de}'))).toBe(
      ["import ridgeline", '', 'repo = ridgeline.Repo()', 'lines = repo.lines(', `    'f1{"lang": "de"}',`, `    chart='metric.name',`, ').to_pandas()'].join('\n'),
    )
  })
  it('says all that the server is asked, and no default', () => {
    expect(inner('?m=f1&m=re:^l&q=run.lr > 1&x=epoch&c=run.lr&s=-run.seed&ch=metric.context.lang&ch=metric.name&fold=1&tr=1&line=mean&band=std&sm=ema:0.6&xmax=9')).toEqual([
      `['f1', 're:^l'],`,
      `'run.lr > 1',`,
      `x='epoch',`,
      `color='run.lr',`,
      `stroke='-run.seed',`,
      `chart=['metric.context.lang', 'metric.name'],`,
      'fold=True,',
      'traces=True,',
      `line='mean',`,
      `band='std',`,
      `smooth='ema:0.6',`,
      'xmax=9,',
    ])
    expect(inner('?m=f1&line=mean&ch=all')).toEqual([`'f1',`])
    expect(inner('?m=f1&raw=1&sm=mean:9&ch=all')).toEqual([`'f1',`, `smooth='mean:9',`, 'raw=True,'])
  })
  it('leaves out what the table alone has asked for', () => {
    expect(inner('?m=f1&c=run.lr&ch=all')).toEqual([`'f1',`, `color='run.lr',`])
  })
  it('quotes whatever stands in the expression', () => {
    expect(inner(`?m=f1&ch=all&q=run.name == 'a"b\\'`)[1]).toBe(`"run.name == 'a\\"b\\\\'",`)
  })
})
