import { describe, expect, it } from 'vitest'
import { findAnswer, pack, pageOf, type Recording, unpack } from './recorded'

const recording: Recording = {
  url: '/metrics?m=f1',
  made: 1_790_000_000,
  answers: {
    '/api/lines.arrow?m=f1&points=1000': { type: 'a', body: '1' },
    '/api/project': { type: 'b', body: '2' },
  },
}

describe('recorded answers', () => {
  it('are found by what was asked; lines also at other details', () => {
    expect(findAnswer(recording, '/api/project')?.body).toBe('2')
    expect(findAnswer(recording, '/api/lines.arrow?m=f1&xmin=2&xmax=2&points=0')?.body).toBe('1')
    expect(findAnswer(recording, '/api/lines.arrow?m=loss&points=1000')).toBeNull()
    expect(findAnswer(recording, '/api/runs')).toBeNull()
  })

  it('come back byte by byte', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) % 251)
    const packed = await pack(new Response(bytes, { headers: { 'content-type': 'x/y' } }))
    const back = await unpack(packed)
    expect(back.headers.get('content-type')).toBe('x/y')
    expect(new Uint8Array(await back.arrayBuffer())).toEqual(bytes)
  })
})

describe('the page', () => {
  const hostile = '</script><script>alert(1)</script><!--</style>'
  const page = pageOf({
    title: `a & ${hostile}`,
    recording: { ...recording, url: `/metrics?q=${hostile}` },
    script: 'const text = "</script><!--"',
    style: 'a::after { content: "</style>" }',
  })

  it('is ended by nothing that stands in it', () => {
    expect(page.match(/<\/script>/g)).toHaveLength(2)
    expect(page.match(/<\/style>/g)).toHaveLength(1)
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<!--')
  })

  it('carries what was recorded, and loads nothing', () => {
    const [, data] = /id="ridgeline-recording">(.*)<\/script>/.exec(page)!
    expect((JSON.parse(data!) as Recording).url).toBe(`/metrics?q=${hostile}`)
    expect(page).toContain("default-src 'none'")
  })
})
